# frozen_string_literal: true

require_relative "../lib/request_log"
require_relative "../lib/response_cache"
require_relative "../lib/stack"
require_relative "../lib/token_auth"

def build_app(api, tokens)
  Stack.new do
    use RequestLog
    use TokenAuth, tokens: tokens
    use ResponseCache, prefix: "/statistics"
    run api
  end.to_app
end
