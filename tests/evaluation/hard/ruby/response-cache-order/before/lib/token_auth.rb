# frozen_string_literal: true

# Lets requests with a valid token pass and names their organisation in the environment.
class TokenAuth
  def initialize(app, tokens:)
    @app = app
    @tokens = tokens
  end

  def call(env)
    token = env["HTTP_AUTHORIZATION"].to_s[/\ABearer (\S+)\z/, 1]
    organisation = token && @tokens.organisation(token)
    return [401, { "content-type" => "text/plain" }, ["a token is needed\n"]] unless organisation

    @app.call(env.merge("app.organisation" => organisation))
  end
end
