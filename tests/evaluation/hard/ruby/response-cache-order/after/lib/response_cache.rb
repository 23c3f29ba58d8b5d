# frozen_string_literal: true

# Keeps successful answers of GET requests for some seconds.
class ResponseCache
  Kept = Struct.new(:status, :headers, :parts, :at)

  # Headers that belong to one connection or one moment.
  DROPPED = %w[connection date].freeze

  def initialize(app, prefix:, seconds: 30, size: 500, clock: -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) })
    @app = app
    @prefix = prefix
    @seconds = seconds
    @size = size
    @clock = clock
    @kept = {}
    @lock = Mutex.new
  end

  def call(env)
    return @app.call(env) unless cacheable?(env)

    key = key_of(env)
    kept = env["HTTP_CACHE_CONTROL"].to_s.include?("no-cache") ? nil : fresh(key)
    return answer(kept) if kept

    status, headers, body = @app.call(env)
    # Other answers, also 304, belong to the request that caused them.
    return [status, headers, body] unless status == 200

    answer(keep(key, Kept.new(status, headers.reject { |name, _| DROPPED.include?(name.downcase) }, read(body))))
  end

  private

  # The slash, so that /statistics-export is not taken for a part of /statistics.
  def cacheable?(env)
    path = env["PATH_INFO"]
    env["REQUEST_METHOD"] == "GET" && (path == @prefix || path.start_with?("#{@prefix}/"))
  end

  def key_of(env)
    [env["PATH_INFO"], env["QUERY_STRING"], env["HTTP_ACCEPT"]]
  end

  def fresh(key)
    @lock.synchronize do
      kept = @kept[key]
      kept if kept && @clock.call - kept.at < @seconds
    end
  end

  def keep(key, kept)
    kept.at = @clock.call
    @lock.synchronize do
      # Deleted first: a key that exists would keep its old place in the hash.
      @kept.delete(key)
      @kept[key] = kept
      @kept.shift if @kept.size > @size
    end
    kept
  end

  # A body can be read once and must be closed, also if reading fails.
  def read(body)
    body.each.to_a
  ensure
    body.close if body.respond_to?(:close)
  end

  def answer(kept)
    # A copy, as layers outside of this one add headers to what they get.
    [kept.status, kept.headers.merge("age" => (@clock.call - kept.at).floor.to_s), kept.parts]
  end
end
