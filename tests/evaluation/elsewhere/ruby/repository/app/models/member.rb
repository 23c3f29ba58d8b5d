require_relative "concerns/archivable"

module Coop
  module Models
    # Somebody who orders.
    class Member < Sequel::Model(:members)
      include Archivable

      one_to_many :orders
      one_to_many :payments

      def self.active = where(archived_at: nil)

      # The member who signs in.
      def self.by_mail(mail)
        active.first(mail: mail.strip.downcase)
      end

      def lock!
        update(locked: true)
      end

      # Cents. Above zero, the member owes them to us.
      def balance
        orders.sum(&:total) - payments.sum(&:cents)
      end

      def initials
        name.split.map { |part| part[0] }.join
      end
    end
  end
end
