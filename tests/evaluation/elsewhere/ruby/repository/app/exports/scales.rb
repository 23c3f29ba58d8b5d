require_relative "base"

module Coop
  module Exports
    # Names for the labels that the scales in the depot print.
    class Scales < Base
      def rows
        @members.map { |member| [member.id, member.name] }
      end

      def encoding = "Windows-1252"
    end
  end
end
