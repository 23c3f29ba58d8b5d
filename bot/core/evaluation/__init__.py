"""Evaluation of reviews: datasets of pull requests with golden comments, matching and scores."""
