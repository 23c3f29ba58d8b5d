"""GGUF models on this machine's disk: fetched, checked, listed and removed.

Each has a directory of its own below the models' directory, and a line in its index:

    models/index.json
    models/qwen2.5-coder-7b-instruct-q4_k_m/qwen2.5-coder-7b-instruct-q4_k_m.gguf
    models/.part/NAME/            what is still being fetched
"""

from bot.models.gguf_store.store import ModelStore, resolve

__all__ = ["ModelStore", "resolve"]
