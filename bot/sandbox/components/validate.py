"""Validates a guest's results."""

from typing import Any, TypeVar

from pydantic import ValidationError

from bot.core.errors import EngineFailure, ModuleError
from bot.core.llm.messages import Completion, Failure
from bot.core.value import Value
from bot.sandbox.components.value_types import VariantCase

V = TypeVar("V", bound=Value)


def checked(kind: type[V], said: Any, module: str) -> V:
    """`said` as a value of type `kind`. Raises `ModuleError` that names the invalid field."""
    try:
        return kind.model_validate(said)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        message = f"answers nonsense: {field or kind.__name__.lower()}: {first['msg']}"
        raise ModuleError("invalid", module, message) from None


def completion(answer: VariantCase, module: str) -> Completion:
    """The completion of a `result<completion, failure>`; a failure is raised as `EngineFailure`."""
    if answer.tag == "ok":
        return checked(Completion, answer.value, module)
    raise failure(answer, module)


def failure(answer: VariantCase, module: str) -> EngineFailure:
    failed = checked(Failure, answer.value, module)
    return EngineFailure(failed.kind, failed.message)


def unexpected(answer: Any, module: str) -> ModuleError:
    """The error for a result of a type that is not in the contract."""
    return ModuleError(
        "invalid", module, f"returned a {type(answer).__name__} that is not part of the contract"
    )
