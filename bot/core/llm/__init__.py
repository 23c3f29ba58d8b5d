"""Requests to models, their answers, and their cost in tokens."""
