require "sinatra/base"

module Coop
  module Web
    # Mails a code, and remembers who sent it back.
    class SignIn < Sinatra::Base
      OFFICE = "office@coop.example.org"

      post "/code" do
        mail = Services::Codes.mail_for(params["code"]) or halt 401
        session[:mail] = mail
        session[:office] = true if mail == OFFICE
        redirect "/orders"
      end
    end
  end
end
