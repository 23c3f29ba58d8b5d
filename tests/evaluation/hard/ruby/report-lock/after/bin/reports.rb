# frozen_string_literal: true

require_relative "../lib/report_runner"

# reports NAME…: runs reports by hand. `reports --status` shows where they run.
def main(names, reports, runner, out: $stdout)
  if names == ["--status"]
    out.puts runner.status(reports.values)
    return 0
  end
  # map and all?, not all? alone: it would stop at the first report that runs elsewhere.
  names.map { |name| runner.run(reports.fetch(name)) }.all? ? 0 : 1
end
