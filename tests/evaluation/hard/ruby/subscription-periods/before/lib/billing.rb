# frozen_string_literal: true

require_relative "charges"
require_relative "subscription"

# Makes the charges of a month.
class Billing
  def initialize(charges)
    @charges = charges
  end

  # Runs on the first of the month.
  def run(subscriptions, first_of_month)
    subscriptions.each do |subscription|
      next if subscription.ends_on && subscription.ends_on <= first_of_month

      @charges.add(subscription, first_of_month, amount(subscription, first_of_month))
    end
  end

  private

  def amount(subscription, first_of_month)
    days = first_of_month.next_month - first_of_month
    from = [subscription.began_on, first_of_month].max
    (subscription.cents * (first_of_month.next_month - from) / days).round
  end
end
