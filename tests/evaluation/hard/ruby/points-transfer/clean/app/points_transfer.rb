# frozen_string_literal: true

require_relative "../lib/database"

# Moves points between the members of a household.
class PointsTransfer
  DAILY_LIMIT = 5_000

  # The transfer cannot take place; the message is for the member.
  class Refused < StandardError; end

  def initialize(database, members, mailer, clock: Time)
    @database = database
    @members = members
    @mailer = mailer
    @clock = clock
  end

  # Returns the sender's new balance.
  def call(from:, to:, points:)
    check(from, to, points)
    @database.transaction do
      # In the order of the ids, so that two opposite transfers do not block each other.
      [from, to].sort.each { |member| lock(member) }
      raise Refused, "the balance is too low" if balance(from) < points

      check_daily_limit(from, points)
      book(from, -points, "transfer to #{to}")
      book(to, points, "transfer from #{from}")
    end
    # Behind the transaction, as a queued mail cannot be taken back.
    @mailer.enqueue(@members.email(to), "You received #{points} points")
    balance(from)
  end

  private

  def check(from, to, points)
    # The values come from JSON: "7" and 7.0 are no ids.
    raise Refused, "not a member of your household" unless to.is_a?(Integer)
    raise Refused, "not a number of points" unless points.is_a?(Integer) && points.positive?
    raise Refused, "sender and receiver are the same" if from == to

    household = @members.household(from)
    # Members without a household have nil, and nil equals nil.
    return if household && household == @members.household(to)

    raise Refused, "not a member of your household"
  end

  def lock(member)
    @database.value("SELECT id FROM members WHERE id = ? FOR UPDATE", member)
  end

  def balance(member)
    @database.value("SELECT COALESCE(SUM(points), 0) FROM bookings WHERE member_id = ?", member)
  end

  # Inside of the transaction: two transfers at a time must not both see the old sum.
  def check_daily_limit(from, points)
    sent = @database.value(<<~SQL, from, start_of_day)
      SELECT COALESCE(-SUM(points), 0) FROM bookings
      WHERE member_id = ? AND points < 0 AND reason LIKE 'transfer to %' AND booked_at >= ?
    SQL
    raise Refused, "at most #{DAILY_LIMIT} points a day" if sent + points > DAILY_LIMIT
  end

  # The programme counts days in UTC.
  def start_of_day
    now = @clock.now.utc
    Time.utc(now.year, now.month, now.day)
  end

  def book(member, points, reason)
    @database.run(
      "INSERT INTO bookings (member_id, points, reason, booked_at) VALUES (?, ?, ?, ?)",
      member, points, reason, @clock.now.utc
    )
  end
end
