module Coop
  module Services
    # What a member has ordered and paid.
    module Statements
      def self.send_to(member, now)
        Mail.deliver(to: member.mail, subject: "Your statement", body: text(member, now))
      end

      def self.text(member, now)
        "Dear #{member.name},\nyour orders until #{now.to_date}:\n" +
          member.orders.map { |order| "  #{order.week}: #{order.total}" }.join("\n")
      end
    end
  end
end
