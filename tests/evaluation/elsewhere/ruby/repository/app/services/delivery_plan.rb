module Coop
  module Services
    # The list for the van.
    class DeliveryPlan
      def initialize(day)
        @day = day
      end

      def orders
        following = Weeks.of(@day) + 1
        Models::Order.where(week: following).all
      end

      def write
        File.write("plan.txt", orders.map { |order| order.member.name }.join("\n"))
      end
    end
  end
end
