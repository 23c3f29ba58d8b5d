# frozen_string_literal: true

require "minitest/autorun"
require_relative "../lib/periods"
require_relative "../lib/subscription"

class PeriodsTest < Minitest::Test
  def test_begins_on_the_day_of_the_subscription
    periods = Periods.new(subscription(Date.new(2024, 1, 15), nil))

    assert_equal [15, 15, 15], periods.first(3).map { |period| period.start.day }
    assert_equal [31, 29, 31], periods.first(3).map(&:days)
    assert_equal Date.new(2024, 4, 15), periods.next_start(Date.new(2024, 3, 15))
  end

  def test_the_last_period_can_be_partial
    last = Periods.new(subscription(Date.new(2024, 1, 15), Date.new(2024, 2, 25))).to_a.last

    assert_equal [10, 29], [last.days, last.whole_days]
    assert_equal 1034, last.share(3000)
  end

  private

  def subscription(began_on, ends_on)
    Subscription.new(id: 1, began_on: began_on, ends_on: ends_on, cents: 3000)
  end
end
