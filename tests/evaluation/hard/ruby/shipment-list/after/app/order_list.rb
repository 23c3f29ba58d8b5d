# frozen_string_literal: true

require_relative "order_serializer"
require_relative "shipment"
require_relative "store"

# A page of orders, the latest first.
class OrderList
  PAGE = 100

  # `more` tells whether a further page exists.
  Page = Struct.new(:orders, :more, keyword_init: true)

  def initialize(store, serializer: OrderSerializer.new)
    @store = store
    @serializer = serializer
  end

  def page(number)
    raise ArgumentError, "pages count from 1" unless number.positive?

    # One row more than the page, to know whether there is another one.
    found = @store.rows("SELECT id, customer, placed_at FROM orders ORDER BY id DESC LIMIT ? OFFSET ?",
                        PAGE + 1, (number - 1) * PAGE)
    orders = found.first(PAGE)
    shipments = shipments_of(orders)
    Page.new(
      orders: orders.map { |order| @serializer.call(order, shipments.fetch(order[:id], [])) },
      more: found.size > PAGE
    )
  end

  private

  def shipments_of(orders)
    # IN () is an error in SQL.
    return {} if orders.empty?

    ids = orders.map { |order| order[:id] }
    rows = @store.rows(
      "SELECT id, order_id, carrier, due_on FROM shipments WHERE order_id IN (#{Store.marks(ids)})", *ids
    )
    rows.map { |row| Shipment.new(@store, row) }.group_by(&:order_id)
  end
end
