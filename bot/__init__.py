"""Code Review Bot: reviews pull requests with a sandboxed WebAssembly function."""
