"""Chooses a model's profile by its name, its GGUF file, or the operator's setting."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import Field

from bot.core.errors import SettingsError
from bot.core.llm.messages import DetailLevel
from bot.core.value import Value
from bot.models.profiles.profile import SIMPLE_ANSWER, Profile

AUTO = "auto"
# Models up to this size, in thousands of millions of weights, are asked simply.
SMALL = 3.9
SMALL_CONTEXT = 8192
BILLION = 10**9
_SIZE = re.compile(r"(?:^|[^a-z0-9.])(?:(\d+)x)?(\d+(?:\.\d+)?)(b|m)(?![a-z0-9])")


class Family(Value):
    """A table of families.toml."""

    name: str
    family: str
    names: tuple[str, ...] = ()
    architectures: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    small: float = SMALL
    ways: dict[str, Any] = Field(default_factory=dict)


def profile_for(
    name: str,
    *,
    architecture: str = "",
    template: str = "",
    parameters: int = 0,
    wanted: str = AUTO,
) -> Profile:
    """The profile of a model with this `name` in its file (general.name), its path or its server.

    `architecture` and chat `template` are the GGUF file's, `parameters` counts its weights (0: by the
    name). `wanted` is "auto" or a profile's name, optionally followed by "/simple" or "/full". Raises
    `SettingsError` if there is no such profile.
    """
    known, _, level = wanted.partition("/")
    if level not in ("", *DetailLevel):
        raise SettingsError(f"LLAMA_PROFILE ends in /{level}; only /simple and /full are possible")
    chosen = _matching(_plain(name), architecture, template) if known == AUTO else _named(known)
    size = parameters / BILLION if parameters else size_of(name)
    small = DetailLevel.SIMPLE if 0 < size <= chosen.small else DetailLevel.FULL
    return _sized(chosen, round(size, 2), DetailLevel(level) if level else small)


def names() -> tuple[str, ...]:
    """Of all profiles."""
    return tuple(family.name for family in families())


@cache
def families() -> tuple[Family, ...]:
    text = files("bot.models.profiles").joinpath("families.toml").read_text("utf-8")
    return tuple(_family(table) for table in tomllib.loads(text)["profile"])


def size_of(name: str) -> float:
    """Thousands of millions of weights by a name with "7B", "8x7b" or "360M" in it; 0 without."""
    found = _SIZE.search(_plain(name))
    if found is None:
        return 0
    times, number, unit = found.groups()
    return int(times or 1) * float(number) / (1000 if unit == "m" else 1)


def _family(table: dict[str, Any]) -> Family:
    own = {name: value for name, value in table.items() if name in Family.model_fields}
    ways = {name: value for name, value in table.items() if name in Profile.model_fields}
    return Family(**own, ways=ways)


def _plain(name: str) -> str:
    return re.sub(r"[^a-z0-9.]+", "-", name.lower())


def _named(name: str) -> Family:
    for family in families():
        if family.name == name:
            return family
    raise SettingsError(f"LLAMA_PROFILE is {name!r}; use auto or one of {', '.join(names())}")


def _matching(name: str, architecture: str, template: str) -> Family:
    """The name takes precedence over the chat template, which takes precedence over the architecture."""
    for family in families():
        if any(re.search(pattern, name) for pattern in family.names):
            return family
    for family in families():
        if any(mark in template for mark in family.marks):
            return family
    for family in families():
        if architecture in family.architectures:
            return family
    return families()[-1]


def _sized(family: Family, size: float, level: DetailLevel) -> Profile:
    ways = dict(family.ways)
    if level == DetailLevel.SIMPLE:
        ways["context"] = min(ways.get("context", SMALL_CONTEXT), SMALL_CONTEXT)
        ways["answer"] = SIMPLE_ANSWER
    return Profile(**ways, size_b=size, level=level)
