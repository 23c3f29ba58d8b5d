"""Whether an answer fits the schema that it was asked with; what to do when it does not."""

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

# Characters that a character of a string takes in the answer to a schema cut to size: first as people
# write, then at the worst.
SPACIOUS = (1.1, float(ESCAPED))
TOLD = 300
_LONE = re.compile("[\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f]")  # vLLM's xgrammar lets them into strings of a bounded length

Ask = Callable[[Request], Awaitable[Completion]]


class Misfit(EngineFailure):
    """An answer does not fit its schema. Of kind invalid."""


class AnswerCheck:
    """Puts a question until its answer fits its schema.

    `ask` asks a model; while `enforces` says that it is held to schemas, an answer that does not fit one
    is a failure. Otherwise it is passed on: the review function reads what is nearly right. `loose`
    makes of a schema what is asked for at first, and what an answer has to fit; an answer that finds no end
    is asked for again as the schema itself says.
    """

    def __init__(self, ask: Ask, enforces: Callable[[], bool], loose: Callable[[str], str] = str) -> None:
        self._ask = ask
        self._enforces = enforces
        self._loose = loose

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure`: refused for a schema that cannot be enforced, invalid for an answer that
        does not fit. An answer that is too long for its tokens, even with a smaller schema, is finished by
        length.
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
        """A cut answer stays one; the review function asks for less then."""
        wrong = misfit(completion.text, schema)
        if wrong is None:
            text = sound(completion.text)
            return completion.model_copy(update={"finish": Finish.STOP, "text": text})
        if completion.finish != Finish.STOP:
            return completion
        if self._enforces():
            raise Misfit(FailureKind.INVALID, f"the model's answer does not fit its schema: {wrong:.{TOLD}}")
        log.info("an answer does not fit its schema", model=completion.model, wrong=wrong)
        return completion


def look(request: Request, completion: Completion) -> None:
    """Tells the log when an answer does not fit, which its reader may still understand."""
    if request.format is not None and completion.finish == Finish.STOP:
        wrong = misfit(completion.text, request.format)
        if wrong is not None:
            log.info(
                "an answer does not fit its schema", model=completion.model, request=request.id, wrong=wrong
            )


@lru_cache(maxsize=256)
def enforceable(schema: str) -> str:
    """The nearest schema that a grammar enforces. Raises `EngineFailure` that names what is in the way."""
    try:
        return json.dumps(narrowed(read(schema)))
    except SchemaError as error:
        raise EngineFailure(FailureKind.REFUSED, str(error)) from None


def misfit(text: str, schema: str) -> str | None:
    """What is wrong with an answer, in words for the model; None when it fits."""
    # Read when it is needed: that takes a fifth of a second.
    from jsonschema.exceptions import best_match  # type: ignore[import-untyped]  # noqa: PLC0415

    try:
        value = json.loads(text, parse_constant=_refused, strict=False)
    except (ValueError, RecursionError) as unreadable:
        return f"it is no JSON: {unreadable}"
    try:
        error = best_match(_validator(schema).iter_errors(value))
    except Exception as broken:  # noqa: BLE001 - whatever a strange schema makes of the library
        return f"its schema cannot be used: {broken}"
    return None if error is None else f"{error.json_path}: {error.message}"


def sound(text: str) -> str:
    """JSON without halves of surrogate pairs and bare control characters, which no other reader of the
    answer would take.
    """
    bare = _CONTROL.search(text)
    escaped = "\\u" in text.lower()
    plain = json.dumps(json.loads(text, strict=False), ensure_ascii=False) if bare or escaped else text
    return _LONE.sub("\ufffd", plain) if bare or _LONE.search(plain) else text


@lru_cache(maxsize=256)
def _validator(schema: str) -> Any:
    """Reaches for nothing outside of the schema."""
    from jsonschema.validators import Draft202012Validator  # type: ignore[import-untyped]  # noqa: PLC0415
    from referencing import Registry  # noqa: PLC0415

    return Draft202012Validator(read(schema), registry=Registry())


def _refused(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _smaller(asked: Request, completion: Completion, character: float) -> Request | None:
    """The question with a schema whose answers take no more tokens than are left, going by how many
    characters a token had so far. None when the answer ended by itself, or nothing can be shortened.
    """
    if completion.finish != Finish.LENGTH or not asked.format:
        return None
    if misfit(completion.text, asked.format) is None:
        return None
    room = int(len(completion.text) * asked.answer / max(completion.usage.answer, 1))
    schema = fitted(read(asked.format), room, character)
    return None if schema is None else asked.model_copy(update={"format": json.dumps(schema)})


def _together(first: Completion, second: Completion) -> Completion:
    return second.model_copy(update={"usage": first.usage + second.usage})
