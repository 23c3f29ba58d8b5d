"""Keeps pytest out of the sample repositories, which have tests of their own."""

collect_ignore = ["elsewhere", "hard"]
