"""Requests JSON from a model server's paths and reads values from the responses."""

import json
from pathlib import PurePosixPath
from typing import Any

from bot.core.errors import EngineFailure
from bot.core.llm.messages import FailureKind
from bot.models.chat.transport import ChatTransport

PATIENCE = 10.0  # seconds for an answer that needs no model
LOADING = 503  # llama.cpp's status while it loads its model


class ServerResponses:
    """Requests JSON objects from the server's paths."""

    def __init__(self, wire: ChatTransport, root: str) -> None:
        self._wire = wire
        self._root = root

    async def at(self, path: str, body: Any = None) -> dict[str, Any] | None:
        """The object at `path`; None if there is no such path, or no object. Raises like `find_server`."""
        sent = None if body is None else json.dumps(body)
        answer = await self._wire.send(self._root + path, sent, PATIENCE)
        if answer.status in (401, 403):
            raise EngineFailure(
                FailureKind.REFUSED,
                f"the server {self._wire.server} rejected the key ({answer.status}): check LLAMA_SERVER_KEY",
            )
        if answer.status == LOADING:
            raise EngineFailure(
                FailureKind.UNAVAILABLE,
                f"the server {self._wire.server} is not ready yet (503)",
                answer.after,
            )
        return _object(answer.body) if answer.status == 200 else None

    async def listed(self) -> dict[str, dict[str, Any]]:
        """The models at `/v1/models` by ID."""
        data = (await self.at("/v1/models") or {}).get("data")
        models = data if isinstance(data, list) else []
        return {str(model["id"]): model for model in models if isinstance(model, dict) and model.get("id")}

    async def models(self) -> dict[str, dict[str, Any]]:
        """The models at `/v1/models` by ID, at least one. Raises `EngineFailure`."""
        models = await self.listed()
        if not models:
            raise EngineFailure(
                FailureKind.REFUSED,
                f"the server {self._wire.server} lists no model at /v1/models: set LLAMA_SERVER_URL to the "
                "URL of a llama.cpp, Ollama, vLLM or other OpenAI-compatible server",
            )
        return models


def chosen(names: list[str], wanted: str | None, how: str) -> str:
    """The model to ask: the wanted one, or the only one. Raises `EngineFailure`."""
    if wanted in names or (wanted is None and len(names) == 1):
        return wanted or names[0]
    reason = f"has no model {wanted}" if wanted else f"has {len(names)} models"
    known = f" to one of {', '.join(names[:20])}" if names else ""
    raise EngineFailure(FailureKind.REFUSED, f"the server at LLAMA_SERVER_URL {reason}: set {how}{known}")


def display_name(model: str) -> str:
    """The name to show: of a path only the file's name, because directories are private."""
    path = PurePosixPath(model)
    is_file = path.is_absolute() or path.suffix.lower() == ".gguf"
    return (path.stem if path.suffix.lower() == ".gguf" else path.name) if is_file else model


def _object(text: str) -> dict[str, Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def dict_at(value: dict[str, Any], key: str) -> dict[str, Any]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


def text_at(value: dict[str, Any], key: str) -> str:
    inner = value.get(key)
    return inner if isinstance(inner, str) else ""


def listed_context(model: dict[str, Any]) -> int | None:
    """The context in a list of models, as reported by vLLM and some others."""
    return positive(model.get("max_model_len") or model.get("context_length"))


def positive(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
