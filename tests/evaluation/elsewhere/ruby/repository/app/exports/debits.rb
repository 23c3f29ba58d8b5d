require_relative "base"

module Coop
  module Exports
    # What the bank collects.
    class Debits < Base
      def rows
        @members.map { |member| [member.mandate, member.iban, member.balance] }
      end
    end
  end
end
