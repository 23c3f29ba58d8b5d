"""Ollama's native API, used because its OpenAI-compatible API cannot set the context.

Without a context, Ollama uses its default (4,096 tokens on most machines). By default it silently truncates
longer prompts, and discards the first half of a prompt when the answer reaches the end of the context.
"""

import json
import re
from typing import Any, ClassVar

from bot.core.errors import EngineFailure
from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Completion, FailureKind, Model, Request
from bot.models.chat.engine import Codec
from bot.models.servers.openai_compatible import OpenAICompatible
from bot.models.servers.responses import ServerResponses, chosen, dict_at, display_name, positive, text_at
from bot.models.servers.server_info import ServerInfo, ServerKind

CHAT = "/api/chat"
GENERATE = "/api/generate"
GPT_OSS = ("gptoss", "gpt-oss")
LETTERS = 4  # approximate characters per token
CLOUD = "ollama.com"
_PARSER = re.compile(r"^PARSER (\S+)$", re.MULTILINE)


class Ollama(OpenAICompatible):
    """Ollama. It answers one question after the other unless OLLAMA_NUM_PARALLEL is set."""

    kind: ClassVar[ServerKind] = ServerKind.OLLAMA
    slots: ClassVar[int] = 1
    doctor_note: ClassVar[str] = "LLAMA_CONTEXT sets the context, which is sent with each question"

    async def recognize(self, responses: ServerResponses, wanted: str | None) -> ServerInfo | None:
        """Reads `/api/show`, which has the context that the model was trained for; a request sets its own."""
        version = await responses.at("/api/version")
        if not version or "version" not in version:
            return None
        tags = (await responses.at("/api/tags") or {}).get("models")
        models = tags if isinstance(tags, list) else []
        names = [str(entry["name"]) for entry in models if isinstance(entry, dict) and entry.get("name")]
        if not (wanted or names):
            raise EngineFailure(FailureKind.REFUSED, "Ollama has no model yet: run `ollama pull MODEL`")
        model = wanted or chosen(names, None, "LLAMA_SERVER_MODEL")
        shown = await responses.at("/api/show", {"model": model})
        if shown is None:
            raise EngineFailure(
                FailureKind.REFUSED,
                f"Ollama has no model {model}: run `ollama pull {model}`, or set LLAMA_SERVER_MODEL to "
                f"one of its models: {', '.join(names) or 'none yet'}",
            )
        info = dict_at(shown, "model_info")
        lengths = [value for key, value in info.items() if key.endswith(".context_length")]
        return ServerInfo(
            server=self.kind,
            version=str(version["version"]),
            model=model,
            name=display_name(model),
            longest=positive(lengths[0]) if lengths else None,
            thinks="thinking" in (shown.get("capabilities") or ()),
            elsewhere=str(shown.get("remote_host") or "") or (CLOUD if _in_cloud(model) else ""),
            parameters=positive(info.get("general.parameter_count")) or 0,
            architecture=text_at(info, "general.architecture"),
            template=text_at(shown, "template"),
            parser=_parser(shown),
        )

    def chat_path(self, info: ServerInfo) -> str:
        return path_for(info)

    def codec(self, codec: Codec, info: ServerInfo, context: int) -> Codec:
        return OllamaCodec(codec, info, context)


def _parser(shown: dict[str, Any]) -> str:
    """The parser; most versions report it only as a line of the Modelfile."""
    line = _PARSER.search(text_at(shown, "modelfile"))
    return text_at(shown, "parser") or (line[1] if line else "")


def _in_cloud(model: str) -> bool:
    """Whether Ollama forwards all requests for a model of this name, including `/api/show`, whose answer may
    not say so.
    """
    tag = model.rpartition(":")[2].strip().lower() if ":" in model else ""
    return tag == "cloud" or (tag.endswith("-cloud") and "/" not in tag)


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
    """Whether Ollama treats the model as gpt-oss, by Ollama's own criteria."""
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
    # A parser that expects thoughts treats an answer without thoughts as thoughts.
    generated = said.get("response") or said.get("thinking")
    text = message.get("content") if isinstance(message, dict) else generated
    # Ollama stops an answer that repeats itself: `done` is then false, and there are no counts.
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
