# frozen_string_literal: true

require "securerandom"
require "socket"

# Locks in the store that the servers share.
class StoreLock
  # A value tells who holds a lock, and since when.
  Holder = Struct.new(:host, :process, :since)

  def initialize(store, host: Socket.gethostname, clock: Time)
    @store = store
    @host = host
    @clock = clock
  end

  # Runs the block under the lock. False if another server holds it, else true.
  def with(name, seconds:)
    raise ArgumentError, "a lifetime of whole seconds" unless seconds.is_a?(Integer) && seconds.positive?

    token = new_token
    return false unless @store.add(key(name), token, seconds: seconds)

    begin
      yield
    ensure
      @store.delete_if(key(name), token)
    end
    true
  end

  # Who holds the lock; nil if it is free.
  def holder(name)
    token = @store.get(key(name))
    return nil unless token

    # The random part comes last: host names hold no bar, so the split is safe.
    host, process, since, = token.split("|")
    Holder.new(host, process.to_i, Time.at(since.to_i).utc)
  end

  private

  # The random part tells two locks of one process apart.
  def new_token
    [@host, Process.pid, @clock.now.to_i, SecureRandom.hex(8)].join("|")
  end

  def key(name)
    "lock:#{name}"
  end
end
