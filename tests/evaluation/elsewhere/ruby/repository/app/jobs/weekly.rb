require_relative "registry"

module Coop
  Jobs.register(:plan_delivery) { |now| Services::DeliveryPlan.new(now.to_date).write }

  Jobs.register(:weekly_statements) do |now|
    Models::Member.active.each { |member| Services::Statements.send_to(member, now) }
  end
end
