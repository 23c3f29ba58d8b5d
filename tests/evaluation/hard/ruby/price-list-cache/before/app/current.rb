# frozen_string_literal: true

# What belongs to the request in progress. The middleware sets it and clears it at the end.
module Current
  # The partner (`id`, `name`, `discount(category)`) who is signed in; nil for guests.
  def self.partner
    Thread.current[:partner]
  end

  def self.partner=(partner)
    Thread.current[:partner] = partner
  end
end
