"""The composition root: makes the parts from the settings and puts them together."""
