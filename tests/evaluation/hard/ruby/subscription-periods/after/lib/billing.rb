# frozen_string_literal: true

require_relative "charges"
require_relative "periods"
require_relative "subscription"

# Makes the charges that are due.
class Billing
  # What a run did: the number of charges, and the errors by subscription.
  Result = Struct.new(:charged, :errors, keyword_init: true)

  def initialize(charges)
    @charges = charges
  end

  # Charges all periods that began up to the day and are not charged yet, also those of days without a run.
  def run(subscriptions, day)
    result = Result.new(charged: 0, errors: {})
    subscriptions.each do |subscription|
      result.charged += charge(subscription, day)
    rescue StandardError => e
      # One subscription must not stop those behind it. The next run tries it again.
      result.errors[subscription.id] = e.message
    end
    result
  end

  # The day of the next charge, for the customer's page.
  def next_charge(subscription, today)
    Periods.new(subscription).next_start(today)
  end

  private

  def charge(subscription, day)
    latest = @charges.latest(subscription)
    due = Periods.new(subscription).until(day).select { |period| latest.nil? || period.start > latest }
    due.each { |period| @charges.add(subscription, period.start, period.share(subscription.cents)) }
    due.size
  end
end
