# frozen_string_literal: true

require "minitest/autorun"
require "stringio"
require_relative "../bin/outbox"

class OutboxTest < Minitest::Test
  def setup
    @outbox = Outbox.new
    @outbox.add(id: "1", campaign: "spring", receiver: "ada@example.org")
    @outbox.add(id: "2", campaign: "spring", receiver: "bob@example.org")
    @outbox.add(id: "3", campaign: "summer", receiver: "ada@example.org")
  end

  def test_names_what_a_worker_holds
    @outbox.take
    out = StringIO.new

    assert_equal 1, main(%w[cancel-campaign spring], @outbox, out: out)
    assert_equal "1 mails cancelled\nheld by a worker: 1 to ada@example.org\n", out.string
  end

  def test_leaves_other_campaigns_alone
    assert_equal 0, main(%w[cancel-campaign summer], @outbox, out: StringIO.new)
    assert_equal({ "spring" => 2 }, @outbox.campaigns)
  end

  def test_a_worker_does_not_get_what_is_cancelled
    main(%w[cancel-campaign summer], @outbox, out: StringIO.new)
    @outbox.add(id: "4", campaign: "autumn", receiver: "ada@example.org")

    assert_equal %w[1 2 4], Array.new(3) { @outbox.take.id }
    assert_nil @outbox.take
  end

  def test_an_unknown_campaign_is_an_error
    assert_equal 66, main(%w[cancel-campaign winter], @outbox, out: StringIO.new)
  end
end
