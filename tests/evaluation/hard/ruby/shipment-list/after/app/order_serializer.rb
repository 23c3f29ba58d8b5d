# frozen_string_literal: true

require "date"
require "time"

# An order as the API shows it.
class OrderSerializer
  def initialize(today: Date.today)
    @today = today
  end

  def call(order, shipments)
    {
      id: order[:id],
      customer: order[:customer],
      placed_at: order[:placed_at].iso8601,
      late: late?(order, shipments),
      shipments: by_due_date(shipments).map { |shipment| shipment_json(shipment) }
    }
  end

  private

  # Without shipments an order is late after three days, as the warehouse packs within two.
  def late?(order, shipments)
    return order[:placed_at].to_date + 3 < @today if shipments.empty?

    shipments.any? { |shipment| shipment.due_on && shipment.due_on < @today }
  end

  # Shipments without a date come last; nil and a date cannot be compared.
  def by_due_date(shipments)
    shipments.sort_by { |shipment| [shipment.due_on ? 0 : 1, shipment.due_on.to_s, shipment.id] }
  end

  def shipment_json(shipment)
    scan = shipment.last_scan
    {
      id: shipment.id,
      carrier: shipment.carrier,
      due_on: shipment.due_on&.iso8601,
      # to_h of nil is empty, so a parcel without a scan has neither.
      place: scan.to_h[:place],
      scanned_at: scan.to_h[:at]&.iso8601
    }
  end
end
