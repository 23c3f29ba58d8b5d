# frozen_string_literal: true

require "minitest/autorun"
require_relative "../lib/byte_range"

class ByteRangeTest < Minitest::Test
  def test_positions
    assert_equal "bytes 0-99/1000", ByteRange.parse("bytes=0-99", 1000).to_s
    assert_equal "bytes 900-999/1000", ByteRange.parse("bytes=900-", 1000).to_s
    assert_equal 100, ByteRange.parse("bytes=900-5000", 1000).length
  end

  def test_suffixes_begin_at_the_right_place
    assert_equal 500, ByteRange.parse("bytes=-500", 1000).first
    assert_equal 0, ByteRange.parse("bytes=-5000", 1000).first
  end

  def test_ignores_what_is_no_range
    ["", "items=0-1", "bytes=5-2", "bytes=0-1,4-5", "bytes=-"].each do |header|
      assert_nil ByteRange.parse(header, 1000), header
    end
  end

  def test_refuses_what_is_behind_the_end
    assert_raises(ByteRange::Unsatisfiable) { ByteRange.parse("bytes=1000-", 1000) }
    assert_raises(ByteRange::Unsatisfiable) { ByteRange.parse("bytes=-0", 1000) }
  end
end
