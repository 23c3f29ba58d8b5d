"""Produce: calls the review function and the models until the review is complete."""
