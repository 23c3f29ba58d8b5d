# frozen_string_literal: true

# The store that the servers share. Each method is one atomic operation of the store.
class KeyValueStore
  def initialize(client)
    @client = client
  end

  def get(key)
    @client.call("GET", key)
  end

  # Sets a key for some seconds if it is absent; true if it was set.
  def add(key, value, seconds:)
    @client.call("SET", key, value, "NX", "EX", seconds) == "OK"
  end

  def delete(key)
    @client.call("DEL", key)
  end

  # Deletes the key if it has the value.
  def delete_if(key, value)
    @client.call("EVAL", "if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end", 1,
                 key, value)
  end
end
