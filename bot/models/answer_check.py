"""Checks that an answer fits the JSON schema of its request, and retries or rejects one that does not."""

import json
import re
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import Any

import structlog

from bot.core.errors import EngineFailure
from bot.core.llm.messages import Completion, FailureKind, Finish, Request
from bot.models.schema_narrowing import fitted, narrowed, read
from bot.models.schemas import ESCAPED, SchemaError

log = structlog.get_logger()

# Bytes of JSON per character of a string, for schemas cut to size: first typical, then the worst case.
SPACIOUS = (1.1, float(ESCAPED))
MAX_REASON = 300  # characters
_LONE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f]")  # vLLM's xgrammar lets them into strings of a bounded length

Ask = Callable[[Request], Awaitable[Completion]]


class Misfit(EngineFailure):
    """An answer does not fit its schema. Of kind invalid."""


class AnswerCheck:
    """Asks a question until its answer fits its schema.

    `ask` asks a model. While `enforces()` is true, an answer that does not fit is a failure; otherwise it is
    passed on, because the review function can read answers that nearly fit. `loose` converts a schema to
    the one that is sent first and that an answer must fit; an answer that does not end is requested again
    with the original schema.
    """

    def __init__(self, ask: Ask, enforces: Callable[[], bool], loose: Callable[[str], str] = str) -> None:
        self._ask = ask
        self._enforces = enforces
        self._loose = loose

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure`: refused for a schema that cannot be enforced, invalid for an answer that
        does not fit. An answer that exceeds its tokens, even with a smaller schema, has `Finish.LENGTH`.
        """
        if request.format is None:
            return await self._ask(request)
        schema = enforceable(request.format)
        asked = request.model_copy(update={"format": schema})
        completion = await self._ask(asked.model_copy(update={"format": self._loose(schema)}))
        for character in SPACIOUS:
            smaller = _smaller(asked, completion, character)
            if smaller is None:
                break
            completion = _together(completion, await self._ask(smaller))
        return self._judged(completion, self._loose(request.format))

    def _judged(self, completion: Completion, schema: str) -> Completion:
        """Passes on an answer that was cut: the review function then asks for less."""
        wrong = misfit(completion.text, schema)
        if wrong is None:
            text = sound(completion.text)
            return completion.model_copy(update={"finish": Finish.STOP, "text": text})
        if completion.finish != Finish.STOP:
            return completion
        if self._enforces():
            raise Misfit(
                FailureKind.INVALID, f"the model's answer does not fit its schema: {wrong:.{MAX_REASON}}"
            )
        log.info("answer_schema_mismatch", model=completion.model, wrong=wrong)
        return completion


def look(request: Request, completion: Completion) -> None:
    """Logs an answer that does not fit; its reader may still understand it."""
    if request.format is not None and completion.finish == Finish.STOP:
        wrong = misfit(completion.text, request.format)
        if wrong is not None:
            log.info("answer_schema_mismatch", model=completion.model, request=request.id, wrong=wrong)


@lru_cache(maxsize=256)
def enforceable(schema: str) -> str:
    """The nearest schema that a grammar enforces. Raises `EngineFailure` that names the obstacle."""
    try:
        return json.dumps(narrowed(read(schema)))
    except SchemaError as error:
        raise EngineFailure(FailureKind.REFUSED, str(error)) from None


def misfit(text: str, schema: str) -> str | None:
    """Why an answer does not fit, in words for the model; None if it fits."""
    # Imported on demand: the import takes a fifth of a second.
    from jsonschema.exceptions import best_match  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        value = json.loads(text, parse_constant=_refused, strict=False)
    except (ValueError, RecursionError) as unreadable:
        return f"not JSON: {unreadable}"
    try:
        error = best_match(_validator(schema).iter_errors(value))
    except Exception as broken:  # noqa: BLE001 - the library may fail in any way on an unusual schema
        return f"the schema cannot be used: {broken}"
    return None if error is None else f"{error.json_path}: {error.message}"


def sound(text: str) -> str:
    """JSON without lone surrogates and raw control characters, which other readers reject."""
    bare = _CONTROL.search(text)
    escaped = "\\u" in text.lower()
    plain = json.dumps(json.loads(text, strict=False), ensure_ascii=False) if bare or escaped else text
    return _LONE.sub("\ufffd", plain) if bare or _LONE.search(plain) else text


@lru_cache(maxsize=256)
def _validator(schema: str) -> Any:
    """A validator that does not resolve external references."""
    from jsonschema.validators import Draft202012Validator  # type: ignore[import-untyped]  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    return Draft202012Validator(read(schema), registry=Registry())


def _refused(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _smaller(asked: Request, completion: Completion, character: float) -> Request | None:
    """The question with a schema whose answers fit the tokens, by the characters per token so far. None if
    the answer ended by itself, or nothing can be shortened.
    """
    if completion.finish != Finish.LENGTH or not asked.format:
        return None
    if misfit(completion.text, asked.format) is None:
        return None
    characters = int(len(completion.text) * asked.answer / max(completion.usage.answer, 1))
    schema = fitted(read(asked.format), characters, character)
    return None if schema is None else asked.model_copy(update={"format": json.dumps(schema)})


def _together(first: Completion, second: Completion) -> Completion:
    return second.model_copy(update={"usage": first.usage + second.usage})
