# frozen_string_literal: true

require "monitor"
require_relative "mail"

# Mails that wait to be sent, in the order of their arrival.
class Outbox
  class Unknown < StandardError; end

  # What became of a campaign: the number of cancelled mails, and those that workers hold.
  Cancelled = Struct.new(:count, :held, keyword_init: true) do
    def complete?
      held.empty?
    end
  end

  def initialize
    @mails = {}
    @waiting = []
    @by_campaign = {}
    @lock = Monitor.new
  end

  def add(id:, campaign:, receiver:)
    @lock.synchronize do
      mail = Mail.new(id: id, campaign: campaign, receiver: receiver, state: :pending)
      @mails[id] = mail
      @waiting << mail
      (@by_campaign[campaign] ||= []) << mail
      mail
    end
  end

  # The next mail, which then belongs to the worker; nil if there is none.
  def take
    @lock.synchronize do
      mail = @waiting.shift
      # A cancelled mail stays until it is its turn: to remove it from the middle would move all others.
      mail = @waiting.shift while mail && mail.state == :cancelled
      mail&.state = :held
      mail
    end
  end

  def sent(id)
    @lock.synchronize do
      mail = @mails[id]
      forget(mail) if mail
    end
  end

  # Cancels the pending mails of a campaign. Under one lock, so that no worker takes a mail meanwhile: the lock is a
  # monitor and `cancel` may take it again.
  def cancel_campaign(name)
    @lock.synchronize do
      mails = @by_campaign.fetch(name) { raise Unknown, "no campaign #{name}" }
      held = mails.select { |mail| mail.state == :held }
      pending = mails - held
      count = 0
      pending.each do |mail|
        count += 1 if cancel(mail.id)
      end
      # Copies, as the mails change when their workers report them.
      Cancelled.new(count: count, held: held.map(&:dup))
    end
  end

  # Campaigns with mails that are not sent yet, with their numbers.
  def campaigns
    @lock.synchronize { @by_campaign.transform_values(&:size) }
  end

  # Cancels one mail; false if a worker holds it.
  def cancel(id)
    @lock.synchronize do
      mail = @mails.fetch(id) { raise Unknown, "no mail #{id}" }
      return false unless mail.state == :pending

      mail.state = :cancelled
      forget(mail)
      true
    end
  end

  private

  def forget(mail)
    @mails.delete(mail.id)
    mails = @by_campaign[mail.campaign]
    mails.delete_at(mails.index { |other| other.equal?(mail) })
    @by_campaign.delete(mail.campaign) if mails.empty?
  end
end
