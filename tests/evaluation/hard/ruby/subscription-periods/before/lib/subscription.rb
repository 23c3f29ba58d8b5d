# frozen_string_literal: true

require "date"

# What a customer pays each month. `ends_on` is the first day that is not covered, nil for an open end.
Subscription = Struct.new(:id, :began_on, :ends_on, :cents, keyword_init: true)
