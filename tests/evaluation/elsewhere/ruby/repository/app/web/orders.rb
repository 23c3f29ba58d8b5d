require "json"
require "sinatra/base"
require_relative "helpers"

module Coop
  module Web
    # The basket.
    class Orders < Sinatra::Base
      helpers Helpers
      set :views, File.join(__dir__, "..", "views")

      before { @member = Models::Member.by_mail(session[:mail].to_s) or halt 401 }

      get("/") { erb :order, locals: { order: Models::Order.for(@member, Weeks.of(Date.today)) } }

      post "/" do
        Services::Checkout.new(@member, Date.today).call(JSON.parse(request.body.read))
        status 201
      end
    end
  end
end
