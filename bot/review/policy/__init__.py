"""Policy: decides whether an event triggers a review, and reads the repository's configuration."""
