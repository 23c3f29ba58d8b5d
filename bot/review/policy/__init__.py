"""Policy: whether an event begins a review, and what the repository configured."""
