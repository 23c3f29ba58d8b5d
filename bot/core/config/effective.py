"""Merges all layers into the configuration that applies to the repository and to each of its files."""

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
"""Limit on the patterns in the configuration files of all directories together."""


class EffectiveConfig(Value):
    """`config` applies to the whole repository; `origins` gives the source of each of its keys (dotted):
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


def merge_layers(
    layers: Sequence[Layer],
    *,
    problems: Iterable[ConfigProblem] = (),
    attributes: tuple[Attributes, ...] = (),
) -> EffectiveConfig:
    """Merges `layers`. Among those of the whole repository, a later one overrides the keys of an earlier one;
    those of directories may be in any order.
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
    """The configuration that applies to the file `path`, and the origin of each key.

    Directories add patterns and instructions, and override threshold and confidence.
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
    """Findings below `threshold` or `confidence` are dropped."""

    threshold: Severity
    confidence: float


def threshold_at(effective: EffectiveConfig, path: str) -> FindingThreshold:
    """The threshold for `path`, without the cost of `at`."""
    threshold, confidence = effective.config.threshold, effective.config.confidence
    for layer in effective.directories:
        if path.startswith(f"{layer.directory}/"):
            threshold = layer.values.get("threshold", threshold)
            confidence = layer.values.get("confidence", confidence)
    return FindingThreshold(threshold, confidence)


def ignored(effective: EffectiveConfig) -> Iterator[Pattern]:
    """The patterns of `ignore` in all layers, relative to the root."""
    origin = effective.origins["ignore"]
    yield from (Pattern(text, origin) for text in effective.config.ignore)
    for layer in effective.directories:
        yield from (Pattern(text, layer.name) for text in _at_root(layer, "ignore"))


def instructions(effective: EffectiveConfig) -> Iterator[Instruction]:
    """The instructions of all layers, with their paths relative to the root."""
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
    """The layers of directories, outer ones first, up to the limit on patterns; and a problem for each of the
    others.
    """
    kept: list[Layer] = []
    problems: list[ConfigProblem] = []
    remaining = MAX_PATTERNS
    for layer in sorted(layers, key=lambda layer: (layer.directory.count("/"), layer.directory)):
        remaining -= _size(layer)
        if remaining >= 0:
            kept.append(layer)
        else:
            problems.append(
                ConfigProblem(
                    file=layer.name,
                    message=f"The files in directories have more than {MAX_PATTERNS:,} patterns in total, so "
                    "this file is ignored.",
                    fix="Use fewer patterns, or move shared ones to .github/code-review-bot.yml.",
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
            message="`on` includes `label`, but `label` is empty, so no label triggers a review.",
            fix="Add `label: needs review`, for example.",
        )
    if config.label and Trigger.LABEL not in config.on:
        yield ConfigProblem(
            file=origins["label"],
            message="`label` is set, but `on` does not include `label`, so the label triggers nothing.",
            fix="Add `label` to `on`.",
        )
