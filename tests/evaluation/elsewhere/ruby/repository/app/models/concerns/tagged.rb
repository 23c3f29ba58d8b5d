module Coop
  module Models
    # Words below the name of a product.
    module Tagged
      KNOWN = {
        "vegetable" => ["seasonal"],
        "dairy" => ["cooled"],
        "bread" => []
      }

      def tags
        KNOWN.fetch(kind)
      end
    end
  end
end
