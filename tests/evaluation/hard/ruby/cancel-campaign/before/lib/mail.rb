# frozen_string_literal: true

# A mail that waits, is held by a worker, or was cancelled.
Mail = Struct.new(:id, :campaign, :receiver, :state, keyword_init: true)
