"""In the child: one model on llama.cpp."""

import secrets
import time
from typing import Any

import xllamacpp  # type: ignore[import-untyped]  # ships no types

from bot.core.errors import NNError
from bot.models.llama.door import Door
from bot.models.llama.prompts import Prompt, prompt

# Tokens that are worked on before a question is looked at again: whether its time is over, whether
# another one waits.
BATCH = 256
SOCKET = "llama.sock"

# Between the parts of JSON a grammar allows white space, and a model may write that for ever. What
# this leaves is JSON as most programs write it.
GUIDANCE = {"whitespace_flexible": False, "item_separator": ", ", "key_separator": ": "}


class Llama:
    """The model of a `load` frame. Raises `NNError` when llama.cpp will not have it; the reason is in
    its log, on the error output.
    """

    def __init__(self, load: dict[str, Any]) -> None:
        key = secrets.token_hex(16)
        try:
            self._server = xllamacpp.Server(_parameters(load, key))
        except RuntimeError as error:
            raise NNError("runtime-error", str(error)) from None
        # llama.cpp hangs for ever when it is torn down before it has answered once.
        self._server.handle_completions({"prompt": "x", "max_tokens": 1})
        self._door = Door(SOCKET, key)
        self.context = self._door.context()

    def tokens(self, text: str) -> list[int]:
        """Tokens of `text`; what looks like a special token is text."""
        return self._door.tokens(text, special=False)

    def complete(
        self, messages: list[dict[str, str]], options: dict[str, Any], seconds: float
    ) -> dict[str, Any]:
        """The model's answer to a chat. Raises `NNError`: too-large, timeout, and what llama.cpp says."""
        end = time.monotonic() + seconds
        answer = Answer(end)
        body = {**_body(prompt(messages, self._door), options), "stream": True, "return_progress": True}
        self._server.handle_completions(body, answer.take)
        return answer.result()


class Answer:
    """Gathers the chunks of an answer. Stops it when its time is over (`end`, monotonic)."""

    def __init__(self, end: float) -> None:
        self._end = end
        self._parts: list[str] = []
        self._last: dict[str, Any] = {}
        self._late = False

    def take(self, chunk: dict[str, Any]) -> bool:
        """Whether to stop. llama.cpp ignores exceptions that are raised here, so none may be."""
        choices = chunk.get("choices") or [{}]
        self._parts.append(choices[0].get("text") or "")
        if "usage" in chunk or "error" in chunk:
            self._last = chunk
        self._late = time.monotonic() > self._end
        return self._late

    def result(self) -> dict[str, Any]:
        if "error" in self._last:
            raise _refusal(self._last["error"])
        if "usage" not in self._last:
            raise NNError(
                "timeout", "the model did not answer in time" if self._late else "the model broke off"
            )
        usage = self._last["usage"]
        return {
            "text": "".join(self._parts),
            "finish": "length" if self._last["choices"][0]["finish_reason"] == "length" else "stop",
            "input": usage["prompt_tokens"],
            "output": usage["completion_tokens"],
        }


def _parameters(load: dict[str, Any], key: str) -> Any:
    parameters = xllamacpp.CommonParams()
    parameters.model.path = load["model"]
    parameters.n_parallel = load["slots"]
    parameters.n_ctx = load["context"] * load["slots"]
    parameters.n_gpu_layers = load["gpu_layers"]
    parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = load["threads"]
    parameters.n_batch = parameters.n_ubatch = BATCH
    parameters.cache_ram_mib = 0  # by default prompts are kept in up to 8 GiB of memory
    parameters.verbosity = 1  # errors
    # Its HTTP server cannot be turned off, and is the only way to the tokenizer: a socket in this
    # process's private directory, with a key of its own.
    parameters.hostnames = [SOCKET]
    parameters.api_keys = [key]
    parameters.n_threads_http = 2
    parameters.endpoint_slots = False
    return parameters


def _body(prompt: Prompt, options: dict[str, Any]) -> dict[str, Any]:
    body = {
        "prompt": prompt,
        "max_tokens": options["n-predict"],
        "temperature": options["temp"],
        "seed": options["seed"],
    }
    if options["json-schema"] is not None:
        body["json_schema"] = {"x-guidance": GUIDANCE, **options["json-schema"]}
    return body


def _refusal(error: dict[str, Any]) -> NNError:
    too_large = error.get("type") == "exceed_context_size_error"
    return NNError("too-large" if too_large else "runtime-error", str(error.get("message")))
