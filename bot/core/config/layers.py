"""Layers of configuration: the operator's settings, and one layer per file, each overriding earlier ones."""

from typing import Any

from pydantic import Field, field_validator

from bot.core.config.keys import KEYS
from bot.core.config.nodes import read_nodes
from bot.core.config.problem import ConfigProblem
from bot.core.config.reading import ConfigReader
from bot.core.config.scalars import is_nothing
from bot.core.review import Severity
from bot.core.value import Value

OPERATOR = "operator"


class Layer(Value):
    """`values` by dotted keys (`findings`, `skip.drafts`), only those that are present and valid.

    `name` is the file's: ".github/code-review-bot.yml", "acme/.github". `directory` is empty for a layer of
    the whole repository.
    """

    name: str
    directory: str = ""
    values: dict[str, Any] = Field(default_factory=dict)

    @field_validator("values")
    @classmethod
    def _known(cls, values: dict[str, Any]) -> dict[str, Any]:
        unknown = sorted(set(values) - set(KEYS))
        if unknown:
            raise ValueError(f"unknown key {unknown[0]}")
        return values


def operator_layer(
    *,
    language: str,
    threshold: Severity,
    findings: int,
    drafts: bool,
    bots: bool,
    confidence: float | None = None,
) -> Layer:
    """The operator's settings as a layer; `drafts`, `bots`: whether to review these, too."""
    values = {
        "language": language,
        "threshold": threshold,
        "findings": findings,
        "skip.drafts": not drafts,
        "skip.bots": not bots,
    }
    if confidence is not None:
        values["confidence"] = confidence
    return Layer(name=OPERATOR, values=values)


def read_layer(name: str, text: str, directory: str = "") -> tuple[Layer, tuple[ConfigProblem, ...]]:
    """Reads the file `name` with the text `text`, which applies to `directory` and everything below it.

    Never raises: each invalid part is dropped and becomes a problem.
    """
    node = read_nodes(name, text)
    if isinstance(node, ConfigProblem):
        return Layer(name=name, directory=directory), (node,)
    if node is None or is_nothing(node):
        return Layer(name=name, directory=directory), ()
    reading = ConfigReader(name, in_directory=bool(directory))
    values = reading.configuration(node)
    return Layer(name=name, directory=directory, values=values), tuple(reading.problems)
