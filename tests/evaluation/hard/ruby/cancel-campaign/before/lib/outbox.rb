# frozen_string_literal: true

require "monitor"
require_relative "mail"

# Mails that wait to be sent, in the order of their arrival.
class Outbox
  class Unknown < StandardError; end

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
