module Coop
  # Jobs by name. A name without a job is left out, so that schedules may be ahead of a release.
  module Jobs
    REGISTERED = {}

    def self.register(name, &work)
      REGISTERED[name.to_s] = work
    end

    def self.run(name, now)
      REGISTERED[name]&.call(now)
    end
  end
end
