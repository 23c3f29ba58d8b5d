# frozen_string_literal: true

require_relative "store_lock"

# Runs reports and stores their results.
class ReportRunner
  # Longer than the longest report by far. After a crash a report is late by this time at most.
  LIFETIME = 4 * 60 * 60

  def initialize(archive, lock, logger)
    @archive = archive
    @lock = lock
    @logger = logger
  end

  # False if another server runs the report.
  def run(report)
    ran = @lock.with("report/#{report.name}", seconds: LIFETIME) { compute(report) }
    @logger.info("report #{report.name}: another server runs it") unless ran
    ran
  end

  # A line for each of the reports.
  def status(reports)
    reports.map do |report|
      holder = @lock.holder("report/#{report.name}")
      # The holder can end between the two calls; the line is for people and may be old.
      state = holder ? "on #{holder.host} (#{holder.process}) since #{holder.since.strftime('%H:%M')}" : "free"
      "#{report.name}: #{state}"
    end
  end

  private

  def compute(report)
    @logger.info("report #{report.name} starts")
    result = report.compute
    @archive.store(report.name, result)
    @logger.info("report #{report.name} ends")
  rescue StandardError => e
    # Raised again, as the scheduler counts failures.
    @logger.error("report #{report.name}: #{e.class}: #{e.message}")
    raise
  end
end
