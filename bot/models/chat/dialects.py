"""The request dialects of servers: the initial one, the learned one, and requests in a dialect."""

import hashlib
import re
import time
from pathlib import Path
from typing import Protocol

import structlog
from pydantic import ValidationError

from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Model, Request
from bot.core.value import Value
from bot.models.cache_file import put
from bot.models.enforcement import spelled_out
from bot.models.schema_loosening import loosened
from bot.models.system_role import without_system

log = structlog.get_logger()

# OpenAI's reasoning models (`o1`, `o3-mini`, `gpt-5` and later) take `max_completion_tokens` and refuse
# `temperature`. A prefix that routers put before the name ("openai/o3") does not count.
_REASONS = re.compile(r"(?:gpt-(?:[5-9]|[1-9]\d)|o\d{1,2})(?!\d)")

# Other models that reason before they answer, by parts of their names.
_REASONING = re.compile(
    r"thinking|reason|deepseek-r\d|\bqwq|\bmagistral|gemini-(?:2\.5|[3-9])|grok-[4-9]|gpt-oss|kimi-k2-t",
    re.IGNORECASE,
)

KEPT = 3 * 86_400.0  # seconds for which a learned dialect is valid; servers change, too


def reasons(name: str) -> bool:
    """Whether the model of that name is known to reason before it answers."""
    bare = name.rsplit("/", 1)[-1].lower()
    return bool(_REASONS.match(bare) or _REASONING.search(bare))


def assumed(model: Model) -> Dialect:
    """The initial dialect, by the model's name: all but reasoning models accept `max_tokens` and
    `temperature`.
    """
    reasons = _REASONS.match(model.name.rsplit("/", 1)[-1].lower())
    if reasons is None:
        return Dialect(enforcement=model.enforcement)
    return Dialect(enforcement=model.enforcement, limit="max_completion_tokens", omitted=("temperature",))


def spoken(request: Request, model: Model, dialect: Dialect) -> tuple[Request, Model]:
    """The question and the model in the dialect. A schema that the server does not enforce as configured is
    added to the question as text.
    """
    if dialect.enforcement != model.enforcement and request.format is not None:
        request = spelled_out(request)
    messages = request.messages if dialect.system else without_system(request.messages)
    answer = min(request.answer, dialect.most or request.answer)
    form = request.format and loosened(request.format, dialect.keywords, closed=dialect.closed)
    asked = {"messages": messages, "answer": answer, "format": form}
    return request.model_copy(update=asked), model.model_copy(update={"enforcement": dialect.enforcement})


class Dialects(Protocol):
    """Storage of learned dialects. Both methods block briefly and never raise."""

    def read(self, server: str, model: str) -> Dialect | None:
        """The dialect of `model` at `server` (a base URL); None if unknown."""
        ...

    def write(self, server: str, model: str, dialect: Dialect | None) -> None:
        """Keeps it in place of what was known; None: nothing any more."""
        ...


class NoDialects:
    """Keeps nothing."""

    def read(self, server: str, model: str) -> Dialect | None:  # noqa: ARG002 - the protocol's
        return None

    def write(self, server: str, model: str, dialect: Dialect | None) -> None:
        pass


class _StoredDialect(Value):
    """`learnt` is in seconds since 1970."""

    server: str
    model: str
    learnt: float
    dialect: Dialect


class DialectFiles:
    """A file in `folder` for each model of each server; concurrent writers are safe."""

    def __init__(self, folder: Path, kept: float = KEPT) -> None:
        self._folder = folder
        self._kept = kept

    def read(self, server: str, model: str) -> Dialect | None:
        try:
            lesson = _StoredDialect.model_validate_json(self._path(server, model).read_bytes())
        except OSError:
            return None
        except ValidationError:
            return None  # of another release
        is_fresh = 0 <= time.time() - lesson.learnt < self._kept
        return lesson.dialect if is_fresh and (lesson.server, lesson.model) == (server, model) else None

    def write(self, server: str, model: str, dialect: Dialect | None) -> None:
        path = self._path(server, model)
        try:
            if dialect is None:
                path.unlink(missing_ok=True)
            else:
                lesson = _StoredDialect(server=server, model=model, learnt=time.time(), dialect=dialect)
                put(path, lesson.model_dump_json().encode())
        except OSError as error:
            log.warning("dialect_not_stored", path=str(path), reason=str(error))

    def _path(self, server: str, model: str) -> Path:
        name = hashlib.sha256(f"{server}\n{model}".encode()).hexdigest()[:32]
        return self._folder / f"{name}.json"


class RelearntDialects:
    """Wraps `dialects` and discards stored dialects, so that each is learned again."""

    def __init__(self, dialects: Dialects) -> None:
        self._dialects = dialects

    def read(self, server: str, model: str) -> Dialect | None:
        self._dialects.write(server, model, None)
        return None

    def write(self, server: str, model: str, dialect: Dialect | None) -> None:
        self._dialects.write(server, model, dialect)
