# frozen_string_literal: true

# A thin layer above the driver.
class Database
  # Leaves a transaction without an error: the block's writes are undone and `transaction` returns nil.
  class Rollback < StandardError; end

  def initialize(driver)
    @driver = driver
  end

  def value(sql, *arguments)
    @driver.query(sql, arguments).first&.first
  end

  def run(sql, *arguments)
    @driver.execute(sql, arguments)
  end

  # Runs the block in a transaction and returns its value.
  def transaction
    @driver.execute("BEGIN", [])
    result = yield
    @driver.execute("COMMIT", [])
    result
  rescue Rollback
    @driver.execute("ROLLBACK", [])
    nil
  rescue StandardError
    @driver.execute("ROLLBACK", [])
    raise
  end
end
