# frozen_string_literal: true

# Runs reports and stores their results.
class ReportRunner
  def initialize(archive, logger)
    @archive = archive
    @logger = logger
  end

  def run(report)
    @logger.info("report #{report.name} starts")
    @archive.store(report.name, report.compute)
    @logger.info("report #{report.name} ends")
  end
end
