# frozen_string_literal: true

require "json"

# The routes of the loyalty API. A handler returns status and body.
class Api
  Refused = Class.new(StandardError)

  def initialize(members:)
    @members = members
  end

  def call(method, path, caller, body)
    case [method, path]
    in ["GET", "/household"]
      [200, { household: @members.household(caller) }]
    else
      [404, { error: "not found" }]
    end
  rescue Refused => e
    [422, { error: e.message }]
  end
end
