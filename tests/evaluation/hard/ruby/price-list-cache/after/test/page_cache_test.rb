# frozen_string_literal: true

require "minitest/autorun"
require_relative "../lib/page_cache"

class PageCacheTest < Minitest::Test
  def test_keeps_a_value_for_its_time
    now = 0
    cache = PageCache.new(seconds: 10, clock: -> { now })

    assert_equal 1, cache.fetch("a") { 1 }
    now = 9
    assert_equal 1, cache.fetch("a") { 2 }
    now = 10
    assert_equal 3, cache.fetch("a") { 3 }
    assert_equal [1, 2], [cache.hits, cache.misses]
  end

  def test_does_not_keep_errors
    cache = PageCache.new(seconds: 10)

    assert_raises(ArgumentError) { cache.fetch("a") { raise ArgumentError } }
    assert_equal 2, cache.fetch("a") { 2 }
  end
end
