require_relative "app/coop"

use Rack::Session::Cookie, secret: ENV.fetch("COOP_SECRET")
run Rack::URLMap.new(
  "/orders" => Coop::Web::Orders,
  "/members" => Coop::Web::Members,
  "/sign-in" => Coop::Web::SignIn
)
