# frozen_string_literal: true

require_relative "points_transfer"

# The routes of the loyalty API. A handler returns status and body.
class Api
  def initialize(members:, transfer:)
    @members = members
    @transfer = transfer
  end

  def call(method, path, caller, body)
    case [method, path]
    in ["GET", "/household"]
      [200, { household: @members.household(caller) }]
    in ["POST", "/transfers"]
      # The sender is the caller; a "from" in the body has no effect.
      left = @transfer.call(from: caller, to: body["to"], points: body["points"])
      [201, { balance: left }]
    else
      [404, { error: "not found" }]
    end
  rescue PointsTransfer::Refused => e
    [422, { error: e.message }]
  end
end
