# frozen_string_literal: true

require_relative "../lib/outbox"

# The command line of the outbox. Returns the exit status.
def main(arguments, outbox, out: $stdout)
  case arguments
  in ["campaigns"]
    outbox.campaigns.sort.each { |name, count| out.puts "#{count}\t#{name}" }
    0
  in ["cancel", id]
    outbox.cancel(id) ? 0 : 1
  else
    out.puts "usage: outbox campaigns | cancel ID"
    64
  end
end
