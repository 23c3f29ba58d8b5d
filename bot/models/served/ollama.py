"""Ollama's own API instead of its OpenAI-compatible one, which has no way to choose the context.

Without a context Ollama takes one of its own (4,096 tokens on most machines), and cuts prompts that are
longer without a word.
"""

import json
from typing import Any

from bot.core.exchange import Completion, Model, Request
from bot.models.chat.engine import Codec
from bot.models.served.found import Found

CHAT = "/api/chat"


class OllamaCodec:
    """What `codec` encodes for `/chat/completions`, said for `/api/chat` with `context` tokens; and back."""

    def __init__(self, codec: Codec, found: Found, context: int) -> None:
        self._codec = codec
        self._found = found
        self._context = context

    def encode(self, request: Request, model: Model) -> str:
        body = json.loads(self._codec.encode(request, model))
        return json.dumps(question(body, self._found, self._context), ensure_ascii=False)

    def decode(self, status: int, body: str) -> Completion:
        return self._codec.decode(status, reply(status, body))


def question(body: dict[str, Any], found: Found, context: int) -> dict[str, Any]:
    """The body for `/api/chat` that means what `body` means for `/chat/completions`."""
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    options = {"num_ctx": context, "num_predict": limit, "temperature": body.get("temperature")}
    asked = {
        "model": body["model"],
        "messages": body["messages"],
        "stream": False,
        "truncate": False,
        "options": {key: value for key, value in options.items() if value is not None},
        "format": _format(body.get("response_format") or {}),
        # Thoughts would take the tokens that are kept for the answer.
        "think": False if found.thinks else None,
    }
    return {key: value for key, value in asked.items() if value is not None}


def _format(wanted: dict[str, Any]) -> Any:
    """A JSON schema, "json", or None."""
    if wanted.get("type") == "json_schema":
        return wanted["json_schema"]["schema"]
    return "json" if wanted.get("type") == "json_object" else None


def reply(status: int, body: str) -> str:
    """What `/chat/completions` would have answered. What is no answer of Ollama's stays as it is."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return body
    if not isinstance(said, dict):
        return body
    if status != 200 or "error" in said:
        error = said.get("error")
        return json.dumps({"error": {"message": error}}) if isinstance(error, str) else body
    return json.dumps(_completion(said))


def _completion(said: dict[str, Any]) -> dict[str, Any]:
    message = said.get("message")
    text = message.get("content") if isinstance(message, dict) else None
    prompt, answer = said.get("prompt_eval_count") or 0, said.get("eval_count") or 0
    return {
        "model": said.get("model"),
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "length" if said.get("done_reason") == "length" else "stop",
            }
        ],
        "usage": {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer},
    }
