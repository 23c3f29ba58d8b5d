# frozen_string_literal: true

# A part of a file: the positions of its first and of its last byte.
class ByteRange
  # No byte of the file is in the range.
  class Unsatisfiable < StandardError; end

  attr_reader :first, :last

  # The range that a header asks for; nil if the whole file is to be sent. Headers that are malformed are ignored.
  def self.parse(header, size)
    # \d{1,18}: larger numbers are no positions, and to_i would read megabytes of digits.
    match = /\Abytes=(?:(\d{1,18})-(\d{1,18})?|-(\d{1,18}))\z/.match(header.to_s.delete(" \t"))
    return nil unless match

    from, to, from_end = match.captures
    return nil if from && to && to.to_i < from.to_i

    if from
      first, last = from.to_i, [to ? to.to_i : size - 1, size - 1].min
    else
      # More bytes than the file has: the whole file, as a part.
      first, last = [size - from_end.to_i, 0].max, size - 1
    end
    raise Unsatisfiable if first >= size || from_end.to_i.zero? && !from

    new(first, last, size)
  end

  def initialize(first, last, size)
    @first = first
    @last = last
    @size = size
  end

  def length
    last - first + 1
  end

  # As the header Content-Range holds it.
  def to_s
    "bytes #{first}-#{last}/#{@size}"
  end
end
