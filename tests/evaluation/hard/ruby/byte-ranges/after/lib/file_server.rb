# frozen_string_literal: true

require_relative "byte_range"
require_relative "file_body"

# Sends the files of a folder, also in parts.
class FileServer
  TYPES = { ".mp3" => "audio/mpeg", ".mp4" => "video/mp4", ".txt" => "text/plain" }.freeze

  def initialize(folder)
    @folder = File.realpath(folder)
  end

  def call(env)
    path = find(env["PATH_INFO"])
    return [404, {}, []] unless path

    stat = File.stat(path)
    range = range_of(env, stat)
    headers = { "content-type" => TYPES.fetch(File.extname(path), "application/octet-stream"),
                "accept-ranges" => "bytes",
                "etag" => tag(stat) }
    range ? part(path, range, headers) : whole(path, stat.size, headers)
  rescue ByteRange::Unsatisfiable
    [416, { "content-range" => "bytes */#{stat.size}" }, []]
  end

  private

  def whole(path, size, headers)
    [200, headers.merge("content-length" => size.to_s), FileBody.new(path, 0, size)]
  end

  def part(path, range, headers)
    added = { "content-length" => range.length.to_s, "content-range" => range.to_s }
    [206, headers.merge(added), FileBody.new(path, range.first, range.length)]
  end

  # A changed file must be sent as a whole: its parts do not fit to what the client has.
  def range_of(env, stat)
    condition = env["HTTP_IF_RANGE"]
    return nil if condition && condition != tag(stat)

    ByteRange.parse(env["HTTP_RANGE"], stat.size)
  end

  # With nanoseconds: recordings are written again within a second while they are cut.
  def tag(stat)
    format('"%x-%x"', stat.mtime.to_r * 1_000_000_000, stat.size)
  end

  def find(name)
    path = File.realpath(File.join(@folder, name))
    path if path.start_with?("#{@folder}/") && File.file?(path)
  rescue SystemCallError
    nil
  end
end
