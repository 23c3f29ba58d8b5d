require_relative "base"

module Coop
  module Exports
    # What the bank pays to members who leave.
    class Transfers < Base
      def rows
        @members.map { |member| [ascii(member.name)[0, 70], member.iban, member.share_cents] }
      end
    end
  end
end
