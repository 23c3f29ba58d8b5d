# frozen_string_literal: true

# The charges that were made. A subscription and the first day of a period are unique in the table.
class Charges
  def initialize(database)
    @database = database
  end

  # The first day of the latest charged period; nil without charges.
  def latest(subscription)
    @database.value("SELECT MAX(period_start) FROM charges WHERE subscription_id = ?", subscription.id)
  end

  def add(subscription, first_day, cents)
    @database.run("INSERT INTO charges (subscription_id, period_start, cents) VALUES (?, ?, ?)",
                  subscription.id, first_day, cents)
  end
end
