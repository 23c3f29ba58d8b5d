# frozen_string_literal: true

require "minitest/autorun"
require_relative "../app/order_serializer"

class OrderSerializerTest < Minitest::Test
  TODAY = Date.new(2024, 3, 10)

  def test_an_order_without_shipments_is_late_after_three_days
    serializer = OrderSerializer.new(today: TODAY)

    refute serializer.call(order(Time.utc(2024, 3, 7, 23)), [])[:late]
    assert serializer.call(order(Time.utc(2024, 3, 6, 1)), [])[:late]
  end

  private

  def order(placed_at)
    { id: 1, customer: "Ada", placed_at: placed_at }
  end
end
