# frozen_string_literal: true

# Writes a line for each request.
class RequestLog
  def initialize(app, out: $stdout)
    @app = app
    @out = out
  end

  def call(env)
    started = Process.clock_gettime(Process::CLOCK_MONOTONIC)
    status, headers, body = @app.call(env)
    millis = ((Process.clock_gettime(Process::CLOCK_MONOTONIC) - started) * 1000).round
    @out.puts("#{env['REQUEST_METHOD']} #{env['PATH_INFO']} #{status} #{millis} ms")
    [status, headers, body]
  end
end
