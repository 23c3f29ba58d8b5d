"""Requests to models, their answers, and what both cost in tokens."""
