# frozen_string_literal: true

require "minitest/autorun"
require_relative "../lib/report_runner"

class StoreLockTest < Minitest::Test
  # The store within the process; lifetimes are only noted.
  class FakeStore
    attr_reader :values, :lifetimes

    def initialize
      @values = {}
      @lifetimes = {}
    end

    def get(key)
      @values[key]
    end

    def add(key, value, seconds:)
      return false if @values.key?(key)

      @lifetimes[key] = seconds
      @values[key] = value
      true
    end

    def delete(key)
      @values.delete(key)
    end

    def delete_if(key, value)
      @values.delete(key) if @values[key] == value
    end
  end

  def setup
    @store = FakeStore.new
    @lock = StoreLock.new(@store, host: "one")
  end

  def test_the_lock_is_free_behind_the_block
    assert @lock.with("a", seconds: 5) { assert_equal "one", @lock.holder("a").host }
    assert_nil @lock.holder("a")
    assert_equal({ "lock:a" => 5 }, @store.lifetimes)
  end

  def test_the_lock_is_free_after_an_error
    assert_raises(IOError) { @lock.with("a", seconds: 5) { raise IOError } }
    assert_nil @lock.holder("a")
  end

  def test_another_server_does_not_run_the_block
    other = StoreLock.new(@store, host: "two")
    @lock.with("a", seconds: 5) do
      refute(other.with("a", seconds: 5) { flunk })
    end
  end

  def test_a_lifetime_is_a_number_of_seconds
    assert_raises(ArgumentError) { @lock.with("a", seconds: 0) { flunk } }
  end
end
