"""The parts of a sent request that a server may reject."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bot.models.schema_loosening import inner_schemas
from bot.models.token_counting import AROUND, size

LIMITS = ("max_tokens", "max_completion_tokens")
FORMATS = ("response_format", "format")
_BYTES = 2  # minimum bytes of code or prose per token


@dataclass(frozen=True)
class SentRequest:
    """A sent body: `parameters` other than model and messages, the `limit` of the answer and its parameter,
    `format` ("json_schema", "json_object" or None), the `keywords` of the schema, and whether it has a system
    text. `prompt` is in characters, `tokens` an upper bound on its tokens.
    """

    parameters: frozenset[str] = frozenset()
    limit_name: str | None = None
    limit: int | None = None
    format: str | None = None
    strict: bool = False
    keywords: frozenset[str] = frozenset()
    system: bool = False
    prompt: int = 0
    tokens: int = 0
    model: str = ""

    @property
    def names(self) -> frozenset[str]:
        """Names that a report mentions only if the server rejects them: parameters, the kind of JSON, and
        keywords of the schema that are not English words.
        """
        keywords = {name for name in self.keywords if not name.islower()}
        return self.parameters | keywords | ({self.format} if self.format else set())


def read(body: str) -> SentRequest:
    """Reads the body of `POST /chat/completions`, or of a server's own API."""
    sent: dict[str, Any] = json.loads(body)
    name = next((name for name in LIMITS if name in sent), None)
    messages = sent.get("messages", [])
    texts = [message["content"] for message in messages]
    asked = next((sent[key] for key in FORMATS if key in sent), None)
    schema = _schema(asked)
    return SentRequest(
        parameters=frozenset(sent) - {"model", "messages"},
        limit_name=name,
        limit=sent[name] if name else None,
        format=_kind(asked, schema),
        strict="strict" in asked.get("json_schema", {}) if isinstance(asked, dict) else False,
        keywords=frozenset(_keywords(schema)) if schema else frozenset(),
        system=any(message["role"] == "system" for message in messages),
        prompt=sum(map(len, texts)),
        tokens=sum(map(size, texts)) // _BYTES + AROUND,
        model=str(sent.get("model", "")),
    )


def _kind(asked: Any, schema: Any) -> str | None:
    if schema is not None:
        return "json_schema"
    return None if asked is None else "json_object"


def _schema(asked: Any) -> Any:
    """The schema; in Ollama's own API, the format is the schema itself."""
    if not isinstance(asked, dict) or asked.get("type") == "json_object":
        return None
    return asked["json_schema"]["schema"] if "json_schema" in asked else asked


def _keywords(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        yield from schema
        for inner in inner_schemas(schema):
            yield from _keywords(inner)
