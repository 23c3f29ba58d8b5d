# frozen_string_literal: true

require_relative "../lib/report_runner"

# reports NAME…: runs reports by hand.
def main(names, reports, runner)
  names.each { |name| runner.run(reports.fetch(name)) }
  0
end
