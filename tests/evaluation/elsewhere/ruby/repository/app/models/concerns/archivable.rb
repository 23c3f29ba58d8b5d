module Coop
  module Models
    # Records that are hidden instead of being deleted.
    module Archivable
      def archived? = !archived_at.nil?

      def archive!
        update(archived_at: Time.now)
      end

      def restore!
        update(archived_at: nil)
      end
    end
  end
end
