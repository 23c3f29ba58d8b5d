require "date"

# The weeks of the cooperative.
module Weeks
  FIRST_DAY = 3 # Wednesday, when the farms deliver

  # The number of the week that a day belongs to.
  def self.of(date)
    (date - ((date.wday - FIRST_DAY) % 7)).cweek
  end

  # The day on which the orders of a week are closed.
  def self.closing(date)
    date + ((1 - date.wday) % 7)
  end
end
