module Coop
  module Exports
    # Writes a file for somebody else's program.
    class Base
      def initialize(members)
        @members = members
      end

      def write(path)
        File.write(path, rows.map { |row| row.join(separator) }.join("\n"), encoding:)
      end

      def separator = ";"

      def encoding = "UTF-8"

      private

      # What every program can read.
      def ascii(text)
        text.unicode_normalize(:nfkd).encode("ASCII", replace: "", invalid: :replace, undef: :replace)
      end
    end
  end
end
