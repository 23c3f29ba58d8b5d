require_relative "concerns/tagged"

module Coop
  module Models
    # Something to order.
    class Product < Sequel::Model(:products)
      include Tagged

      def label
        "#{name} (#{unit})"
      end

      def organic? = certificate.to_s.start_with?("DE-ÖKO")

      def self.of_farm(farm) = where(farm:).order(:name)
    end
  end
end
