module Coop
  module Services
    # The codes that were mailed in the last minutes.
    module Codes
      SENT = {}

      def self.mail_for(code)
        mail, sent = SENT.delete(code)
        mail if sent && Time.now - sent < 600
      end
    end
  end
end
