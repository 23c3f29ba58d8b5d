# frozen_string_literal: true

# A body that reads a part of a file in blocks.
class FileBody
  BLOCK = 65_536

  def initialize(path, offset, length)
    # Opened here and not in each: the file may be replaced before the server asks for the body.
    @file = File.open(path, "rb")
    @file.seek(offset)
    @left = length
  end

  def each
    while @left.positive?
      block = @file.read([BLOCK, @left].min)
      # The file became shorter. To stop is all that can be done, as the headers are sent.
      break unless block

      @left -= block.bytesize
      yield block
    end
  end

  def close
    @file.close
  end
end
