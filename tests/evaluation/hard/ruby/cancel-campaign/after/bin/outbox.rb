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
  in ["cancel-campaign", name]
    report(outbox.cancel_campaign(name), out)
  else
    out.puts "usage: outbox campaigns | cancel ID | cancel-campaign NAME"
    64
  end
rescue Outbox::Unknown => e
  out.puts e.message
  # 1 would mean that a worker holds a mail.
  66
end

# 0 if no mail of the campaign goes out any more.
def report(cancelled, out)
  out.puts "#{cancelled.count} mails cancelled"
  cancelled.held.each { |mail| out.puts "held by a worker: #{mail.id} to #{mail.receiver}" }
  cancelled.complete? ? 0 : 1
end
