# frozen_string_literal: true

require_relative "current"

# Articles and prices.
class Catalogue
  Price = Struct.new(:article, :name, :amount)

  attr_reader :version

  def initialize(articles, rates, version:)
    @articles = articles
    @rates = rates
    @version = version
  end

  # Net prices in a currency, less the discount that was agreed for the category.
  def prices(category, currency)
    discount = Current.partner&.discount(category) || 0
    @articles.select { |article| article[:category] == category }.map do |article|
      amount = article[:cents] * @rates.fetch(currency) * (100 - discount) / 100
      Price.new(article[:id], article[:name], amount.round)
    end
  end
end
