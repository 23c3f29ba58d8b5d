require_relative "app/coop"

run Rack::URLMap.new("/orders" => Coop::Web::Orders, "/members" => Coop::Web::Members)
