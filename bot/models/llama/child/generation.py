"""One model on llama.cpp."""

import secrets
import time
from typing import Any

import xllamacpp  # type: ignore[import-untyped]  # ships no types

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError
from bot.models.llama.child.answer import GeneratedAnswer, Give
from bot.models.llama.child.answer_prefix import opened
from bot.models.llama.child.llama_http import LlamaHttp
from bot.models.llama.child.parameters import SOCKET, about, body, parameters
from bot.models.llama.child.prompts import Prompt, prompt


class Llama:
    """The model of a `load` frame. Raises `NNError` when llama.cpp will not have it; the reason is in
    its log, on the error output.
    """

    def __init__(self, load: dict[str, Any]) -> None:
        key = secrets.token_hex(16)
        try:
            self._server = xllamacpp.Server(parameters(load, key))
        except RuntimeError as error:
            raise NNError("runtime-error", str(error)) from None
        # llama.cpp hangs for ever when it is torn down before it has answered once.
        self._server.handle_completions({"prompt": "x", "max_tokens": 1})
        self._door = LlamaHttp(SOCKET, key)
        self._opening = str(load.get("opening") or "")
        self.about = about(load, self._door)
        self.context: int = self.about["context"]

    def count(self, text: str, *, special: bool) -> int:
        """Tokens of `text`: with `special` as a prompt is read, else what looks like a special token is
        text.
        """
        return len(self._door.tokens(text, special=special, begin=special))

    def complete(
        self, messages: list[dict[str, str]], options: dict[str, Any], seconds: float, stop: CancellationToken
    ) -> dict[str, Any]:
        """The model's answer to a chat; the finish is "length" for any length limit. Raises like
        `generate`.
        """
        asked = prompt(messages, self._door)
        if options.get("json-schema") is not None:
            asked = opened(asked, self._opening)
        answer = self._whole(
            body(asked, options), GeneratedAnswer(time.monotonic() + seconds, self.context, stop)
        )
        return {**answer, "finish": "stop" if answer["finish"] == "stop" else "length"}

    def generate(
        self,
        prompt: Prompt,
        options: dict[str, Any],
        seconds: float,
        stop: CancellationToken,
        give: Give | None = None,
    ) -> dict[str, Any]:
        """How the model goes on. Raises `NNError`: too-large, timeout, invalid-argument, and what
        llama.cpp says.
        """
        answer = GeneratedAnswer(time.monotonic() + seconds, self.context, stop, give)
        self._server.handle_completions(body(prompt, options), answer.take)
        return answer.result()

    def _whole(self, asked: dict[str, Any], answer: GeneratedAnswer) -> dict[str, Any]:
        """Each token that llama.cpp tells of wakes the threads of all slots: beside 15 others that cost
        half a millisecond a token. An answer that is wanted whole comes at once, through the door.
        """
        plain = {**asked, "stream": False, "return_progress": False, "timings_per_token": False}
        whole = self._door.completion(plain, answer.end, answer.stop)
        if whole:
            answer.take(whole)
        return answer.result()

    def embed(self, text: str) -> dict[str, Any]:
        """Raises `NNError` when the model was not loaded for it, or `text` is too long."""
        answer = self._server.handle_embeddings({"input": text})
        if "error" in answer:
            unsupported = answer["error"].get("type") == "not_supported_error"
            code = "unsupported-operation" if unsupported else "too-large"
            raise NNError(code, str(answer["error"].get("message")))
        return {"embedding": answer["data"][0]["embedding"], "input": answer["usage"]["prompt_tokens"]}
