"""GGUF models on this machine's disk: downloads, verifies, lists and removes them.

Each model has a directory below the model directory, and an entry in its index:

    models/index.json
    models/qwen2.5-coder-7b-instruct-q4_k_m/qwen2.5-coder-7b-instruct-q4_k_m.gguf
    models/.part/NAME/            unfinished downloads
"""

from bot.models.gguf_store.store import ModelStore, resolve

__all__ = ["ModelStore", "resolve"]
