"""All layers put together: what holds for the repository, and for each of its files."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bot.core.config.attributes import Attributes
from bot.core.config.keys import KEYS, nested
from bot.core.config.layers import Layer
from bot.core.config.patterns import Pattern, rebase
from bot.core.config.problem import ConfigProblem
from bot.core.config.values import Configuration, Instruction, Trigger
from bot.core.review import Severity, Template
from bot.core.value import Value

DEFAULT = "default"
MAX_PATTERNS = 1000
"""Patterns in the files of directories, all together."""


class EffectiveConfig(Value):
    """`config` is what holds for the whole repository, `origins` where each of its keys (dotted) comes from:
    "default", "operator", or a layer's name. `directories` are the layers of directories, outer ones first.

    `prompts` are the repository's own templates, `attributes` the lines of `.gitattributes`.
    """

    config: Configuration = Configuration()
    origins: dict[str, str] = dict.fromkeys(KEYS, DEFAULT)
    directories: tuple[Layer, ...] = ()
    problems: tuple[ConfigProblem, ...] = ()
    guidance: str = ""
    prompts: tuple[Template, ...] = ()
    attributes: tuple[Attributes, ...] = ()


def put_together(
    layers: Sequence[Layer],
    *,
    problems: Iterable[ConfigProblem] = (),
    attributes: tuple[Attributes, ...] = (),
) -> EffectiveConfig:
    """Layers of the whole repository in their order, each key of a later one over that of an earlier one;
    then those of directories, in any order.
    """
    values: dict[str, Any] = {}
    origins = dict.fromkeys(KEYS, DEFAULT)
    for layer in layers:
        if not layer.directory:
            values |= layer.values
            origins |= dict.fromkeys(layer.values, layer.name)
    config = Configuration.model_validate(nested(values))
    directories, too_many = _within_bounds(layer for layer in layers if layer.directory)
    return EffectiveConfig(
        config=config,
        origins=origins,
        directories=directories,
        problems=(*problems, *_contradictions(config, origins), *too_many),
        attributes=attributes,
    )


def at(effective: EffectiveConfig, path: str) -> tuple[Configuration, dict[str, str]]:
    """What holds for the file `path`, and where it comes from.

    Directories add their patterns and instructions, and say their own threshold and confidence.
    """
    layers = tuple(layer for layer in effective.directories if path.startswith(f"{layer.directory}/"))
    if not layers:
        return effective.config, dict(effective.origins)
    values: dict[str, Any] = {}
    origins = dict(effective.origins)
    for layer in layers:
        for key, value in layer.values.items():
            if key in _ADDED:
                values[key] = (*values.get(key, getattr(effective.config, key)), *_at_root(layer, key))
                origins[key] = _joined(origins[key], layer.name)
            else:
                values[key], origins[key] = value, layer.name
    return effective.config.model_copy(update=values), origins


class FindingThreshold(NamedTuple):
    """Findings below `threshold`, or less sure than `confidence`, are left out."""

    threshold: Severity
    confidence: float


def bar(effective: EffectiveConfig, path: str) -> FindingThreshold:
    """The same of what holds for `path`, for that alone."""
    threshold, confidence = effective.config.threshold, effective.config.confidence
    for layer in effective.directories:
        if path.startswith(f"{layer.directory}/"):
            threshold = layer.values.get("threshold", threshold)
            confidence = layer.values.get("confidence", confidence)
    return FindingThreshold(threshold, confidence)


def ignored(effective: EffectiveConfig) -> Iterator[Pattern]:
    """The patterns of `ignore` in all layers, as they would be at the root."""
    origin = effective.origins["ignore"]
    yield from (Pattern(text, origin) for text in effective.config.ignore)
    for layer in effective.directories:
        yield from (Pattern(text, layer.name) for text in _at_root(layer, "ignore"))


def instructions(effective: EffectiveConfig) -> Iterator[Instruction]:
    """The instructions of all layers, their paths as they would be at the root."""
    yield from effective.config.instructions
    for layer in effective.directories:
        yield from _at_root(layer, "instructions")


_ADDED = ("ignore", "instructions")


def _at_root(layer: Layer, key: str) -> Iterator[Any]:
    for entry in layer.values.get(key, ()):
        if isinstance(entry, Instruction):
            paths = tuple(rebase(pattern, layer.directory) for pattern in entry.paths)
            yield entry.model_copy(update={"paths": paths})
        else:
            yield rebase(entry, layer.directory)


def _joined(origin: str, name: str) -> str:
    return name if origin == DEFAULT else f"{origin}, {name}"


def _within_bounds(layers: Iterable[Layer]) -> tuple[tuple[Layer, ...], tuple[ConfigProblem, ...]]:
    """The layers of directories, the outer ones first, as long as they have not too many patterns."""
    kept: list[Layer] = []
    problems: list[ConfigProblem] = []
    room = MAX_PATTERNS
    for layer in sorted(layers, key=lambda layer: (layer.directory.count("/"), layer.directory)):
        room -= _size(layer)
        if room >= 0:
            kept.append(layer)
        else:
            problems.append(
                ConfigProblem(
                    file=layer.name,
                    message=f"The files of directories have more than {MAX_PATTERNS:,} patterns together, so "
                    "this file is left out.",
                    fix="Use fewer patterns, or put common ones into .github/code-review-bot.yml.",
                )
            )
    return tuple(kept), tuple(problems)


def _size(layer: Layer) -> int:
    patterns = sum(len(entry.paths) for entry in layer.values.get("instructions", ()))
    return patterns + len(layer.values.get("ignore", ()))


def _contradictions(config: Configuration, origins: Mapping[str, str]) -> Iterator[ConfigProblem]:
    if Trigger.LABEL in config.on and not config.label:
        yield ConfigProblem(
            file=origins["on"],
            message="`on` has `label`, but no `label` is named, so none asks for a review.",
            fix="Add `label: needs review`, for example.",
        )
    if config.label and Trigger.LABEL not in config.on:
        yield ConfigProblem(
            file=origins["label"],
            message="A `label` is named, but `on` does not have `label`, so it asks for nothing.",
            fix="Add `label` to `on`.",
        )
