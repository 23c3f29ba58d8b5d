"""The configuration keys by their dotted names: `findings`, `skip.drafts`."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from bot.core.config.values import Configuration

IN_DIRECTORIES = ("ignore", "instructions", "threshold", "confidence")
"""The keys that a directory's own file accepts: those that concern files."""


def section(field: FieldInfo) -> type[BaseModel] | None:
    """The model of a nested section; None for a plain value."""
    below = field.annotation
    return below if isinstance(below, type) and issubclass(below, BaseModel) else None


def kind(field: FieldInfo) -> Any:
    """The type of a field, with its bounds."""
    return Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation


def _leaves(model: type[BaseModel], prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        below = section(field)
        if below:
            yield from _leaves(below, f"{name}.")
        else:
            yield prefix + name, field


KEYS: Mapping[str, FieldInfo] = dict(_leaves(Configuration))


def default(key: str) -> Any:
    return KEYS[key].get_default(call_default_factory=True)


def value(config: Configuration, key: str) -> Any:
    """The value of a dotted key in `config`."""
    current: Any = config
    for name in key.split("."):
        current = getattr(current, name)
    return current


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by dotted names, nested as in a file."""
    out: dict[str, Any] = {}
    for key, given in values.items():
        name, _, below = key.partition(".")
        if below:
            out.setdefault(name, {})[below] = given
        else:
            out[name] = given
    return out
