"""Stored state: reviews, findings, answers of models, token spending."""
