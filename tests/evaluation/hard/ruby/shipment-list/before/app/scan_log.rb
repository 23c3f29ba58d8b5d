# frozen_string_literal: true

require_relative "store"

# The scans of all carriers, as the tracking page shows them.
class ScanLog
  def initialize(store)
    @store = store
  end

  # The latest scan (place, at) of each of the shipments, by their ids.
  def latest(shipment_ids)
    return {} if shipment_ids.empty?

    rows = @store.rows(<<~SQL, *shipment_ids)
      SELECT DISTINCT ON (shipment_id) shipment_id, place, at FROM scans
      WHERE shipment_id IN (#{Store.marks(shipment_ids)}) ORDER BY shipment_id, at DESC
    SQL
    rows.to_h { |row| [row[:shipment_id], row] }
  end
end
