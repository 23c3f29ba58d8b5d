require "sinatra/base"
require_relative "helpers"

module Coop
  module Web
    # The list for the office.
    class Members < Sinatra::Base
      ACTIONS = %w[archive lock].freeze

      helpers Helpers
      set :views, File.join(__dir__, "..", "views")

      get("/") { erb :members, locals: { members: Models::Member.active.all } }

      post "/:id" do
        action = params["action"]
        halt 400 unless ACTIONS.include?(action)
        Models::Member[params["id"].to_i].public_send("#{action}!")
        redirect "/members"
      end
    end
  end
end
