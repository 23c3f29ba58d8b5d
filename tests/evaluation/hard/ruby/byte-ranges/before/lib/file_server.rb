# frozen_string_literal: true

# Sends the files of a folder.
class FileServer
  TYPES = { ".mp3" => "audio/mpeg", ".mp4" => "video/mp4", ".txt" => "text/plain" }.freeze

  def initialize(folder)
    @folder = File.realpath(folder)
  end

  def call(env)
    path = find(env["PATH_INFO"])
    return [404, {}, []] unless path

    headers = { "content-type" => TYPES.fetch(File.extname(path), "application/octet-stream"),
                "content-length" => File.size(path).to_s }
    [200, headers, File.foreach(path, 65_536)]
  end

  private

  def find(name)
    path = File.realpath(File.join(@folder, name))
    path if path.start_with?("#{@folder}/") && File.file?(path)
  rescue SystemCallError
    nil
  end
end
