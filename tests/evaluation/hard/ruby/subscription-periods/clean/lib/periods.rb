# frozen_string_literal: true

require "date"

# The monthly periods of a subscription, each from its start to the start of the next one (exclusive).
class Periods
  include Enumerable

  # `whole_days` is the length of the full period, `days` what the subscription covers of it.
  Period = Struct.new(:start, :days, :whole_days) do
    def share(cents)
      # Rational numbers: 3000 * 10 / 31 in integers would always round down.
      (Rational(cents) * days / whole_days).round
    end
  end

  def initialize(subscription)
    @anchor = subscription.began_on
    @end = subscription.ends_on
  end

  # Without an end of the subscription there is no last period.
  def each
    return enum_for(:each) unless block_given?

    start = @anchor
    number = 0
    until @end && start >= @end
      following = @anchor >> (number += 1)
      covered = @end ? [following, @end].min : following
      yield Period.new(start, (covered - start).to_i, (following - start).to_i)
      start = following
    end
  end

  # Periods that begin not later than the day. take_while ends also where there is no last period.
  def until(day)
    each.take_while { |period| period.start <= day }
  end

  # The start of the first period behind a day; nil if the subscription ends before.
  def next_start(day)
    each.find { |period| period.start > day }&.start
  end
end
