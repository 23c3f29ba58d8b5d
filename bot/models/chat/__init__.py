"""Servers that speak OpenAI's chat completions, OpenAI's own among them."""
