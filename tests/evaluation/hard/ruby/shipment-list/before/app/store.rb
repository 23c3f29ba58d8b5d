# frozen_string_literal: true

# Runs queries; rows are hashes with symbols as keys.
class Store
  def initialize(driver)
    @driver = driver
  end

  def rows(sql, *arguments)
    @driver.query(sql, arguments)
  end

  # Question marks for a list of values in IN (…).
  def self.marks(values)
    (["?"] * values.size).join(", ")
  end
end
