require "sequel"
require "yaml"

module Coop
  DB = Sequel.connect(ENV.fetch("COOP_DATABASE", "sqlite::memory:"))
  SETTINGS = YAML.load_file(File.join(__dir__, "..", "config", "settings.yml"))
end

Dir[File.join(__dir__, "**", "*.rb")].sort.each { |file| require file }
