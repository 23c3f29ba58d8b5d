"""An answer of llama.cpp, chunk by chunk."""

import time
from collections.abc import Callable
from typing import Any

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError

Give = Callable[[str, int, int], None]


class GeneratedAnswer:
    """Gathers the chunks of an answer, and passes them on to `give`: text, tokens written and tokens of
    the prompt read so far. Stops it when its time is over (`end`, monotonic), or when `stop` is set.
    """

    def __init__(self, end: float, context: int, stop: CancellationToken, give: Give | None = None) -> None:
        self.end = end
        self._context = context
        self.stop = stop
        self._give = give
        self._parts: list[str] = []
        self._last: dict[str, Any] = {}
        self._read = 0

    def take(self, chunk: dict[str, Any]) -> bool:
        """Whether to stop. llama.cpp ignores exceptions that are raised here, so none may be."""
        choices = chunk.get("choices") or [{}]
        text = choices[0].get("text") or ""
        self._parts.append(text)
        self._read = chunk.get("prompt_progress", {}).get("processed", self._read)
        if "usage" in chunk or "error" in chunk:
            self._last = chunk
        elif self._give:
            self._pass_on(text, chunk.get("timings", {}).get("predicted_n", 0), self._give)
        return self.over()

    def over(self) -> bool:
        """Whether the question was cancelled or its time is over."""
        return self.stop.is_set() or time.monotonic() > self.end

    def _pass_on(self, text: str, tokens: int, give: Give) -> None:
        try:
            give(text, tokens, self._read)
        except OSError:  # the parent is gone
            self.stop.set()

    def result(self) -> dict[str, Any]:
        """What the whole answer was. Raises `NNError`."""
        if "error" in self._last:
            raise _refusal(self._last["error"])
        if "usage" not in self._last:
            raise NNError("timeout", self._why())
        usage, timings = self._last["usage"], self._last.get("timings", {})
        read, written = usage["prompt_tokens"], usage["completion_tokens"]
        return {
            "text": "".join(self._parts),
            "finish": self._finish(read + written),
            "input": read,
            "output": written,
            "cached": timings.get("cache_n", 0),
            "reading": timings.get("prompt_ms", 0) / 1000,
            "writing": timings.get("predicted_ms", 0) / 1000,
        }

    def _why(self) -> str:
        if self.stop.is_set():
            return "the question was cancelled"
        return "the model did not answer in time" if time.monotonic() > self.end else "the model broke off"

    def _finish(self, tokens: int) -> str:
        if self._last["choices"][0]["finish_reason"] != "length":
            return "stop"
        return "limit" if tokens >= self._context else "length"


def _refusal(error: dict[str, Any]) -> NNError:
    message = str(error.get("message"))
    if error.get("type") == "exceed_context_size_error":
        return NNError("too-large", message)
    invalid = error.get("type") == "invalid_request_error"
    return NNError("invalid-argument" if invalid else "runtime-error", message)
