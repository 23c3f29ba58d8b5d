# frozen_string_literal: true

require "minitest/autorun"
require_relative "../lib/response_cache"

class ResponseCacheTest < Minitest::Test
  def setup
    @calls = 0
    @now = 0
    app = lambda do |_env|
      @calls += 1
      [200, { "content-type" => "text/plain" }, ["#{@calls}"]]
    end
    @cache = ResponseCache.new(app, prefix: "/statistics", clock: -> { @now })
  end

  def test_keeps_answers_for_thirty_seconds
    assert_equal ["1"], get("/statistics/sales")[2]
    @now = 29
    _, headers, body = get("/statistics/sales")
    assert_equal ["1"], body
    assert_equal "29", headers["age"]
    @now = 30
    assert_equal ["2"], get("/statistics/sales")[2]
  end

  def test_passes_other_paths_on
    get("/statistics-export")
    get("/statistics-export")
    assert_equal 2, @calls
  end

  private

  def get(path)
    @cache.call({ "REQUEST_METHOD" => "GET", "PATH_INFO" => path, "QUERY_STRING" => "" })
  end
end
