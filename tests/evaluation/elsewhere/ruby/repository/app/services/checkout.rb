module Coop
  module Services
    class Refused < StandardError; end

    # Adds what is in the basket to the order of the week.
    class Checkout
      def initialize(member, today)
        @member = member
        @today = today
      end

      def call(basket)
        order = Models::Order.for(@member, Weeks.of(@today))
        basket.each { |line| add(order, line) }
        order
      end

      private

      def add(order, line)
        product = Models::Product[line["product"]]
        Models::Line.create(order_id: order.id, product_id: product.id, count: 1)
      end
    end
  end
end
