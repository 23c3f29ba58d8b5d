# frozen_string_literal: true

require "cgi"
require_relative "../lib/page_cache"

# The HTML page of a category's prices.
class PriceListPage
  SECONDS = 300

  def initialize(catalogue, cache: PageCache.new(seconds: SECONDS))
    @catalogue = catalogue
    @cache = cache
  end

  def render(category, currency)
    key = [@catalogue.version, category, currency].join("\0")
    @cache.fetch(key) { table(category, currency) }
  end

  private

  def table(category, currency)
    rows = @catalogue.prices(category, currency).map { |price| row(price) }
    # Frozen, because all callers share the string.
    "<table>#{rows.join}</table>".freeze
  end

  def row(price)
    name = CGI.escapeHTML(price.name)
    "<tr><td>#{name}</td><td class=\"amount\">#{amount(price.amount)}</td></tr>"
  end

  # Cents as units with two digits, without floats.
  def amount(cents)
    whole, rest = cents.abs.divmod(100)
    "#{'-' if cents.negative?}#{whole}.#{rest.to_s.rjust(2, '0')}"
  end
end
