# frozen_string_literal: true

require "cgi"

# The HTML page of a category's prices.
class PriceListPage
  def initialize(catalogue)
    @catalogue = catalogue
  end

  def render(category, currency)
    rows = @catalogue.prices(category, currency).map do |price|
      "<tr><td>#{CGI.escapeHTML(price.name)}</td><td>#{format('%.2f', price.amount / 100.0)}</td></tr>"
    end
    "<table>#{rows.join}</table>"
  end
end
