# frozen_string_literal: true

# Builds an application of middleware. What is used first is the outermost part and sees a request first.
class Stack
  def initialize(&block)
    @layers = []
    instance_eval(&block)
  end

  def use(layer, **options)
    @layers << [layer, options]
  end

  def run(app)
    @app = app
  end

  def to_app
    @layers.reverse.inject(@app) { |inner, (layer, options)| layer.new(inner, **options) }
  end
end
