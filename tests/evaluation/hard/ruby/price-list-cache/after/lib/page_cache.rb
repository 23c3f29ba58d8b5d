# frozen_string_literal: true

# Keeps values for a time and computes a value in one thread only.
class PageCache
  Entry = Struct.new(:value, :until)

  attr_reader :hits, :misses

  def initialize(seconds:, size: 200, clock: -> { Process.clock_gettime(Process::CLOCK_MONOTONIC) })
    @seconds = seconds
    @size = size
    @clock = clock
    @entries = {}
    @computing = {}
    @lock = Mutex.new
    @changed = ConditionVariable.new
    @hits = @misses = 0
  end

  # The value of the key, else that of the block. An error of the block is not kept: the next caller computes.
  def fetch(key)
    found = @lock.synchronize { wait_for(key) }
    return found.value if found

    begin
      value = yield
      store(key, value)
    ensure
      # Also after an error or a thread that is killed, as the others would wait forever.
      @lock.synchronize do
        @computing.delete(key)
        @changed.broadcast
      end
    end
  end

  private

  # The entry, or nil if the caller must compute it. Runs under the lock.
  def wait_for(key)
    @changed.wait(@lock) while @computing[key]
    entry = @entries[key]
    if entry && entry.until > @clock.call
      @hits += 1
      # Inserted again: the first entry of the hash is then the one that nobody used for longest.
      return @entries[key] = @entries.delete(key)
    end
    @misses += 1
    @computing[key] = true
    nil
  end

  def store(key, value)
    @lock.synchronize do
      @entries.delete(key)
      @entries[key] = Entry.new(value, @clock.call + @seconds)
      @entries.shift while @entries.size > @size
    end
    value
  end
end
