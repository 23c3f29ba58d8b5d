"""Findings over the life of a pull request: matched, compared and reconciled."""
