# frozen_string_literal: true

# Members of the loyalty programme.
class Members
  def initialize(database)
    @database = database
  end

  def household(member)
    @database.value("SELECT household_id FROM members WHERE id = ?", member)
  end

  def email(member)
    @database.value("SELECT email FROM members WHERE id = ?", member)
  end
end
