"""Probes a model server: which kind it is, and what it offers."""

import json
import re
from pathlib import PurePosixPath
from typing import Any

from bot.core.errors import EngineFailure
from bot.core.llm.messages import FailureKind
from bot.models.chat.transport import ChatTransport
from bot.models.servers.server_info import ServerInfo, ServerKind

PATIENCE = 10.0  # seconds for an answer that needs no model
LOADING = 503  # llama.cpp's status while it loads its model
CLOUD = "ollama.com"
_PARSER = re.compile(r"^PARSER (\S+)$", re.MULTILINE)


async def find(wire: ChatTransport, root: str, wanted: str | None) -> ServerInfo:
    """Probes the server at `root` (a URL without /v1); `wanted` is the configured name of the model, if any.

    Raises:
        EngineFailure: unavailable while the server cannot be reached or loads its model, refused if the key
            or the model is wrong.
    """
    seen = _ServerReplies(wire, root)
    for look in (_llama_cpp, _ollama, _vllm):
        found = await look(seen, wanted)
        if found:
            return found
    models = await seen.models()
    model = _chosen(list(models), wanted, "LLAMA_SERVER_MODEL")
    return ServerInfo(server=ServerKind.OTHER, model=model, name=_name(model), context=_number(models[model]))


class _ServerReplies:
    """Requests JSON objects from the server's paths."""

    def __init__(self, wire: ChatTransport, root: str) -> None:
        self._wire = wire
        self._root = root

    async def at(self, path: str, body: Any = None) -> dict[str, Any] | None:
        """The object at `path`; None if the path does not exist or has no object. Raises like `find`."""
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


async def _llama_cpp(seen: _ServerReplies, wanted: str | None) -> ServerInfo | None:
    """Reads `/props`, which has the context of a slot and the number of slots."""
    props = await seen.at("/props")
    if not props or "default_generation_settings" not in props:
        return None
    names = [str(props[key]) for key in ("model_alias", "model_path") if props.get(key)]
    if props.get("role") == "router" or not names:
        names = list(await seen.models())
    model = wanted or names[0]
    settings = props["default_generation_settings"]
    meta = _dict((await seen.listed()).get(model, {}), "meta")
    return ServerInfo(
        server=ServerKind.LLAMA_CPP,
        version=str(props.get("build_info") or ""),
        model=model,
        name=_name(model),
        context=_positive(settings.get("n_ctx") if isinstance(settings, dict) else None),
        slots=_positive(props.get("total_slots")),
        parameters=_positive(meta.get("n_params")) or 0,
        template=_text(props, "chat_template"),
    )


async def _ollama(seen: _ServerReplies, wanted: str | None) -> ServerInfo | None:
    """Reads `/api/show`, which has the context that the model was trained for; each request sets its own."""
    version = await seen.at("/api/version")
    if not version or "version" not in version:
        return None
    tags = (await seen.at("/api/tags") or {}).get("models")
    models = tags if isinstance(tags, list) else []
    names = [str(entry["name"]) for entry in models if isinstance(entry, dict) and entry.get("name")]
    if not (wanted or names):
        raise EngineFailure(FailureKind.REFUSED, "Ollama has no model yet: run `ollama pull MODEL`")
    model = wanted or _chosen(names, None, "LLAMA_SERVER_MODEL")
    shown = await seen.at("/api/show", {"model": model})
    if shown is None:
        raise EngineFailure(
            FailureKind.REFUSED,
            f"Ollama has no model {model}: run `ollama pull {model}`, or set LLAMA_SERVER_MODEL to one of "
            f"its models: {', '.join(names) or 'none yet'}",
        )
    info = _dict(shown, "model_info")
    lengths = [value for key, value in info.items() if key.endswith(".context_length")]
    return ServerInfo(
        server=ServerKind.OLLAMA,
        version=str(version["version"]),
        model=model,
        name=_name(model),
        longest=_positive(lengths[0]) if lengths else None,
        thinks="thinking" in (shown.get("capabilities") or ()),
        elsewhere=str(shown.get("remote_host") or "") or (CLOUD if _in_cloud(model) else ""),
        parameters=_positive(info.get("general.parameter_count")) or 0,
        architecture=_text(info, "general.architecture"),
        template=_text(shown, "template"),
        parser=_parser(shown),
    )


def _parser(shown: dict[str, Any]) -> str:
    """The parser; most versions report it only as a line of the Modelfile."""
    line = _PARSER.search(_text(shown, "modelfile"))
    return _text(shown, "parser") or (line[1] if line else "")


def _in_cloud(model: str) -> bool:
    """Whether Ollama forwards all requests for a model of this name, including `/api/show`, whose answer may
    not say so.
    """
    tag = model.rpartition(":")[2].strip().lower() if ":" in model else ""
    return tag == "cloud" or (tag.endswith("-cloud") and "/" not in tag)


async def _vllm(seen: _ServerReplies, wanted: str | None) -> ServerInfo | None:
    """Reads `/v1/models`, which has the context."""
    version = await seen.at("/version")
    if not version or "version" not in version:
        return None
    models = await seen.models()
    if not any("max_model_len" in model for model in models.values()):
        return None
    names = list(models)
    if wanted is None and len({_text(models[name], "root") or name for name in names}) == 1:
        names = names[:1]  # the others are aliases
    model = _chosen(names, wanted, "LLAMA_SERVER_MODEL")
    return ServerInfo(
        server=ServerKind.VLLM,
        version=str(version["version"]),
        model=model,
        name=_name(model),
        context=_number(models[model]),
        weights=_name(_text(models[model], "root")),
    )


def _chosen(names: list[str], wanted: str | None, how: str) -> str:
    """The model to ask: the wanted one, or the only one. Raises `EngineFailure`."""
    if wanted in names or (wanted is None and len(names) == 1):
        return wanted or names[0]
    reason = f"has no model {wanted}" if wanted else f"has {len(names)} models"
    known = f" to one of {', '.join(names[:20])}" if names else ""
    raise EngineFailure(FailureKind.REFUSED, f"the server at LLAMA_SERVER_URL {reason}: set {how}{known}")


def _name(model: str) -> str:
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


def _dict(value: dict[str, Any], key: str) -> dict[str, Any]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


def _text(value: dict[str, Any], key: str) -> str:
    inner = value.get(key)
    return inner if isinstance(inner, str) else ""


def _number(model: dict[str, Any]) -> int | None:
    """The context in a list of models, as reported by vLLM and some others."""
    return _positive(model.get("max_model_len") or model.get("context_length"))


def _positive(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None
