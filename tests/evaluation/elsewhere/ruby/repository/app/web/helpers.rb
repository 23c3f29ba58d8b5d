module Coop
  module Web
    # For all pages.
    module Helpers
      def euro(cents)
        format("%.2f", cents / 100.0)
      end

      def h(text)
        Rack::Utils.escape_html(text.to_s)
      end
    end
  end
end
