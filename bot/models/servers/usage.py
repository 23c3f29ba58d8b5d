"""Sums up the tokens and seconds that a server reports for its answers."""

import json
import threading
from typing import Any

from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Completion, Model, Request
from bot.models.chat.engine import Codec


class ServerUsage:
    """Tokens and seconds of all answers so far. Seconds are None if the server reports none."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._sums: dict[str, float] = {}

    def add(self, body: str) -> None:
        """Adds the usage in an answer of llama.cpp, Ollama or vLLM; ignores any other text."""
        took = _took(_object(body))
        with self._lock:
            for name, value in took.items():
                self._sums[name] = self._sums.get(name, 0) + value

    def tokens(self, name: str) -> int:
        """Tokens of `name`: prompt, cached or answer."""
        return int(self._sums.get(f"{name} tokens", 0))

    def seconds(self, name: str) -> float | None:
        """Seconds of `name`: prompt or answer."""
        return self._sums.get(f"{name} seconds")


class UsageCodec:
    """Wraps `codec` and adds the usage of each decoded answer to `tally`."""

    def __init__(self, codec: Codec, tally: ServerUsage) -> None:
        self._codec = codec
        self._tally = tally

    def encode(self, request: Request, model: Model, dialect: Dialect) -> str:
        return self._codec.encode(request, model, dialect)

    def decode(self, status: int, body: str) -> Completion:
        if status == 200:
            self._tally.add(body)
        return self._codec.decode(status, body)


def _took(said: dict[str, Any]) -> dict[str, float]:
    """Reads llama.cpp's fields (its `prompt_n` excludes cached tokens), Ollama's or OpenAI's."""
    if timings := _inner(said, "timings"):
        return _numbers(
            timings,
            {
                "prompt tokens": ("prompt_n", 1),
                "prompt seconds": ("prompt_ms", 1e-3),
                "cached tokens": ("cache_n", 1),
                "answer tokens": ("predicted_n", 1),
                "answer seconds": ("predicted_ms", 1e-3),
            },
        )
    if "eval_count" in said:
        return _numbers(
            said,
            {
                "prompt tokens": ("prompt_eval_count", 1),
                "prompt seconds": ("prompt_eval_duration", 1e-9),
                "answer tokens": ("eval_count", 1),
                "answer seconds": ("eval_duration", 1e-9),
            },
        )
    usage = _inner(said, "usage")
    cached = _numbers(_inner(usage, "prompt_tokens_details"), {"cached tokens": ("cached_tokens", 1)})
    took = _numbers(usage, {"prompt tokens": ("prompt_tokens", 1), "answer tokens": ("completion_tokens", 1)})
    new = max(took.get("prompt tokens", 0) - cached.get("cached tokens", 0), 0)
    return {**took, "prompt tokens": new, **cached}


def _numbers(said: dict[str, Any], wanted: dict[str, tuple[str, float]]) -> dict[str, float]:
    found = {name: (said.get(key), unit) for name, (key, unit) in wanted.items()}
    return {
        name: value * unit
        for name, (value, unit) in found.items()
        if isinstance(value, int | float) and 0 <= value < 1e15
    }


def _inner(said: dict[str, Any], key: str) -> dict[str, Any]:
    value = said.get(key)
    return value if isinstance(value, dict) else {}


def _object(text: str) -> dict[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
