"""Code Review Bot: reviews pull requests with a sandboxed WebAssembly function."""

from importlib.metadata import version

__version__ = version("code-review-bot")
