"""Publish: summary comment, inline comments, check run, replies."""
