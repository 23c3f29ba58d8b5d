"""Findings over the life of a pull request: recognised again, compared and reconciled."""
