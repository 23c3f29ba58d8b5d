"""Ollama's native API, used because its OpenAI-compatible API cannot set the context.

Without a context, Ollama uses its default (4,096 tokens on most machines). By default it silently truncates
longer prompts, and discards the first half of a prompt when the answer reaches the end of the context.
"""

import json
from typing import Any

from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Completion, Model, Request
from bot.models.chat.engine import Codec
from bot.models.servers.server_info import ServerInfo

CHAT = "/api/chat"
GENERATE = "/api/generate"
GPT_OSS = ("gptoss", "gpt-oss")
LETTERS = 4  # approximate characters per token


def path_for(found: ServerInfo) -> str:
    """The endpoint for a model. With thinking disabled, `/api/chat` does not enforce schemas
    (ollama/ollama#14645), while `/api/generate` does. gpt-oss always thinks, and schemas apply afterwards.
    """
    return GENERATE if found.thinks and not _is_harmony(found) else CHAT


class OllamaCodec:
    """Translates between `codec`, which speaks `/chat/completions`, and Ollama with `context` tokens."""

    def __init__(self, codec: Codec, found: ServerInfo, context: int) -> None:
        self._codec = codec
        self._found = found
        self._context = context

    def encode(self, request: Request, model: Model, dialect: Dialect) -> str:
        body = json.loads(self._codec.encode(request, model, dialect))
        asked = question(body, self._found, self._context)
        known = {name: value for name, value in asked.items() if name not in dialect.omitted}
        return json.dumps(known, ensure_ascii=False)

    def decode(self, status: int, body: str) -> Completion:
        return self._codec.decode(status, reply(status, body))


def question(body: dict[str, Any], found: ServerInfo, context: int) -> dict[str, Any]:
    """Translates a body of `/chat/completions` to Ollama's API."""
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    options = {"num_ctx": context, "num_predict": limit, "temperature": body.get("temperature")}
    asked = {
        "model": body["model"],
        **(_prompt(body["messages"]) if path_for(found) == GENERATE else {"messages": body["messages"]}),
        "stream": False,
        "truncate": False,
        "shift": False,
        "options": {key: value for key, value in options.items() if value is not None},
        "format": _format(body.get("response_format") or {}),
        "think": _thinking(found),
    }
    return {key: value for key, value in asked.items() if value is not None}


def _prompt(messages: list[dict[str, str]]) -> dict[str, Any]:
    """The messages for `/api/generate`, which accepts one system text and one prompt."""
    system = [message["content"] for message in messages if message["role"] == "system"]
    rest = [message["content"] for message in messages if message["role"] != "system"]
    return {"system": "\n\n".join(system) or None, "prompt": "\n\n".join(rest)}


def _thinking(found: ServerInfo) -> bool | str | None:
    """Disables thinking, which would use the tokens reserved for the answer."""
    if not found.thinks:
        return None
    return "low" if _is_harmony(found) else False


def _is_harmony(found: ServerInfo) -> bool:
    """Whether Ollama takes the model for gpt-oss, as it finds that out."""
    tags = all(tag in found.template for tag in ("<|start|>", "<|end|>"))
    return found.parser == "harmony" or (found.architecture in GPT_OSS and tags and not found.parser)


def _format(wanted: dict[str, Any]) -> Any:
    """A JSON schema, "json", or None."""
    if wanted.get("type") == "json_schema":
        return wanted["json_schema"]["schema"]
    return "json" if wanted.get("type") == "json_object" else None


def reply(status: int, body: str) -> str:
    """Translates Ollama's answer to one of `/chat/completions`; leaves any other body unchanged."""
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
    # A parser that knows of no answers without thoughts takes all of it for thoughts.
    generated = said.get("response") or said.get("thinking")
    text = message.get("content") if isinstance(message, dict) else generated
    # Ollama breaks off an answer that says the same again and again: it is not done then, and counts nothing.
    broken = said.get("done") is False
    told = len(text) // LETTERS if broken and isinstance(text, str) else 0
    prompt, answer = _count(said, "prompt_eval_count"), _count(said, "eval_count") or told
    return {
        "model": said.get("model"),
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text},
                "finish_reason": "length" if broken or said.get("done_reason") == "length" else "stop",
            }
        ],
        "usage": {"prompt_tokens": prompt, "completion_tokens": answer, "total_tokens": prompt + answer},
    }


def _count(said: dict[str, Any], key: str) -> int:
    count = said.get(key)
    return count if isinstance(count, int) else 0
