# frozen_string_literal: true

require_relative "store"

# A page of orders, the latest first.
class OrderList
  PAGE = 100

  def initialize(store)
    @store = store
  end

  def page(number)
    orders = @store.rows("SELECT id, customer, placed_at FROM orders ORDER BY id DESC LIMIT ? OFFSET ?",
                         PAGE, (number - 1) * PAGE)
    orders.map { |order| { id: order[:id], customer: order[:customer], placed_at: order[:placed_at].iso8601 } }
  end
end
