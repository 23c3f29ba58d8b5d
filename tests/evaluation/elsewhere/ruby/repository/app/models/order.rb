module Coop
  module Models
    # What a member orders for a week.
    class Order < Sequel::Model(:orders)
      many_to_one :member
      one_to_many :lines, class: "Coop::Models::Line"

      def total = lines.sum(&:cents)

      def self.for(member, week)
        first(member_id: member.id, week:) || create(member_id: member.id, week:)
      end
    end

    # A product of an order.
    class Line < Sequel::Model(:lines)
      many_to_one :product

      def cents = count * product.cents
    end
  end
end
