# frozen_string_literal: true

require "minitest/autorun"
require_relative "../app/cache_report"
require_relative "../app/catalogue"
require_relative "../app/price_list_page"

class PriceListPageTest < Minitest::Test
  ARTICLES = [
    { id: 1, name: "Seal <5 mm>", category: "seals", cents: 105 },
    { id: 2, name: "Pump", category: "pumps", cents: 99_900 }
  ].freeze
  RATES = { "EUR" => 1, "USD" => Rational(11, 10) }.freeze

  def setup
    @cache = PageCache.new(seconds: 300)
  end

  def test_shows_the_prices_of_a_category
    page = page(1).render("seals", "EUR")

    assert_includes page, "<td>Seal &lt;5 mm&gt;</td>"
    assert_includes page, ">1.05</td>"
    refute_includes page, "Pump"
  end

  def test_renders_each_currency
    assert_includes page(1).render("pumps", "EUR"), ">999.00</td>"
    assert_includes page(1).render("pumps", "USD"), ">1098.90</td>"
  end

  def test_a_new_version_of_the_catalogue_gives_a_new_page
    page(1).render("seals", "EUR")
    page(2).render("seals", "EUR")
    page(2).render("seals", "EUR")

    assert_equal <<~TEXT, CacheReport.new("price_list" => @cache).to_s
      page_cache_hits_total{cache="price_list"} 1
      page_cache_misses_total{cache="price_list"} 2
      page_cache_hit_ratio{cache="price_list"} 0.3333
    TEXT
  end

  private

  def page(version)
    PriceListPage.new(Catalogue.new(ARTICLES, RATES, version: version), cache: @cache)
  end
end
