"""Produce: the review function is driven with answers of models until the review is complete."""
