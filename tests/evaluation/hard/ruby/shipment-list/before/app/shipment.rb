# frozen_string_literal: true

# A parcel of an order.
class Shipment
  attr_reader :id, :order_id, :carrier, :due_on

  def initialize(store, row)
    @store = store
    @id, @order_id, @carrier, @due_on = row.values_at(:id, :order_id, :carrier, :due_on)
  end

  # The latest scan of the carrier, nil before the first.
  def last_scan
    @store.rows("SELECT place, at FROM scans WHERE shipment_id = ? ORDER BY at DESC LIMIT 1", id).first
  end
end
