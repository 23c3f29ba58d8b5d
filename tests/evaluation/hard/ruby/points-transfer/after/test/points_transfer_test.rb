# frozen_string_literal: true

require "minitest/autorun"
require_relative "../app/api"

class PointsTransferTest < Minitest::Test
  # Knows the statements of the transfer; transactions run their block.
  class FakeDatabase
    attr_reader :bookings

    def initialize
      @bookings = []
    end

    def transaction
      yield
    end

    def value(sql, member, since = nil)
      return member if sql.include?("FOR UPDATE")

      own = @bookings.select { |booking| booking[:member] == member }
      return own.sum { |booking| booking[:points] } unless since

      -own.select { |booking| booking[:points].negative? && booking[:at] >= since }.sum { |booking| booking[:points] }
    end

    def run(_sql, member, points, reason, at)
      @bookings << { member: member, points: points, reason: reason, at: at }
    end
  end

  class FakeMembers
    def household(member)
      { 1 => 10, 2 => 10, 3 => 11 }[member]
    end

    def email(member)
      "#{member}@example.org"
    end
  end

  class FakeMailer
    attr_reader :queued

    def enqueue(to, text)
      (@queued ||= []) << [to, text]
    end
  end

  def setup
    @database = FakeDatabase.new
    @mailer = FakeMailer.new
    members = FakeMembers.new
    @api = Api.new(members: members, transfer: PointsTransfer.new(@database, members, @mailer))
    @database.run("", 1, 20_000, "purchase", Time.now.utc)
  end

  def test_books_both_sides
    assert_equal [201, { balance: 19_700 }], post(to: 2, points: 300)
    assert_equal([-300, 300], @database.bookings.last(2).map { |booking| booking[:points] })
    assert_equal [["2@example.org", "You received 300 points"]], @mailer.queued
  end

  def test_refuses_members_of_other_households
    assert_equal [422, { error: "not a member of your household" }], post(to: 3, points: 1)
    assert_equal [422, { error: "not a member of your household" }], post(to: 9, points: 1)
    assert_nil @mailer.queued
  end

  def test_refuses_more_than_the_daily_limit
    post(to: 2, points: 4_999)

    assert_equal 422, post(to: 2, points: 2).first
    assert_equal 201, post(to: 2, points: 1).first
  end

  private

  def post(to:, points:)
    @api.call("POST", "/transfers", 1, { "to" => to, "points" => points })
  end
end
