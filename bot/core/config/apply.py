"""Applies the configuration of a repository to a change and its review settings."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from bot.core.change import Change, File
from bot.core.config.attributes import marks
from bot.core.config.effective import EffectiveConfig, ignored, instructions, threshold_at
from bot.core.config.globs import BadPattern
from bot.core.config.patterns import Pattern, Patterns, fit
from bot.core.review import Features, Finding, Review, ReviewSettings, Template

NOT_REQUESTED = "not among the requested paths"

MOST_REQUESTED = 100  # paths in one command


class _RequestedFiles(NamedTuple):
    """The paths of a command: names of changed files, and patterns for the others."""

    files: frozenset[str]
    patterns: tuple[str, ...]


def apply_config(
    change: Change, settings: ReviewSettings, effective: EffectiveConfig, only: Sequence[str] = ()
) -> tuple[Change, ReviewSettings]:
    """The change with its files marked, and the operator's `settings` combined with the repository's.

    `only` are the files, directories or patterns of a command. A file named there is reviewed even if
    `ignore` excludes it.
    """
    rules = _Rules(effective)
    files = tuple(
        file.model_copy(update={"rules": rules.of(file.path)}) for file in _marked(change, effective, only)
    )
    tailored = settings.model_copy(update=_chosen(change, settings, effective, rules.texts))
    return change.model_copy(update={"files": files}), tailored


def unmatched(change: Change, only: Sequence[str]) -> tuple[str, ...]:
    """The entries of `only` that match no file of the change, in one pass over its files."""
    paths = {file.path for file in change.files}
    words = {word: _cleaned(word) for word in only[:MOST_REQUESTED]}
    left = {
        word: Patterns([Pattern(text, "")]) if _fits(text) else None
        for word, text in words.items()
        if text not in paths
    }
    waiting = {word: patterns for word, patterns in left.items() if patterns}
    for path in paths:
        for word in [word for word, patterns in waiting.items() if patterns.origin_of(path) is not None]:
            del waiting[word], left[word]
        if not waiting:
            break
    return tuple(left)


def is_hidden(effective: EffectiveConfig) -> Callable[[str], bool]:
    """Says of a path whether `ignore` excludes it: no model may see its text."""
    patterns = Patterns(ignored(effective))
    return lambda path: patterns.origin_of(path) is not None


def filter_review(review: Review, effective: EffectiveConfig) -> Review:
    """The review with the findings that reach the threshold of their file. The review function knows only one
    threshold. One that is not confident enough is not said to be unsure: it is dropped.
    """
    findings = tuple(finding for finding in review.findings if _reaches(finding, effective))
    unsure = tuple(finding for finding in review.unsure if _is_severe(finding, effective))
    return review.model_copy(update={"findings": findings, "unsure": unsure})


def _is_severe(finding: Finding, effective: EffectiveConfig) -> bool:
    return finding.severity.rank <= threshold_at(effective, finding.path).threshold.rank


def _reaches(finding: Finding, effective: EffectiveConfig) -> bool:
    least = threshold_at(effective, finding.path)
    return finding.severity.rank <= least.threshold.rank and finding.confidence >= least.confidence


class _Rules:
    """Numbers the instructions that apply to at least one file."""

    def __init__(self, effective: EffectiveConfig) -> None:
        self._known = [
            (Patterns(Pattern(text, "") for text in entry.paths), entry.text)
            for entry in instructions(effective)
        ]
        self._places: dict[str, int] = {}

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(self._places)

    def of(self, path: str) -> tuple[int, ...]:
        texts = dict.fromkeys(text for paths, text in self._known if paths.origin_of(path) is not None)
        return tuple(self._places.setdefault(text, len(self._places)) for text in texts)


def _marked(change: Change, effective: EffectiveConfig, only: Sequence[str]) -> Iterable[File]:
    """The files with their marks from `.gitattributes`, and the reasons to skip some of them."""
    patterns = Patterns(ignored(effective))
    requested = _requested(change, only) if only else None
    wanted = Patterns(Pattern(text, "") for text in requested.patterns) if requested else None
    for file in change.files:
        skip = file.skip
        if requested and wanted and file.path not in requested.files:
            skip = skip or (NOT_REQUESTED if wanted.origin_of(file.path) is None else None)
        if not requested or file.path not in requested.files:
            skip = skip or _excluded(file, patterns)
        yield file.model_copy(update={"skip": skip, "marks": marks(effective.attributes, file.path)})


def _excluded(file: File, patterns: Patterns) -> str | None:
    origin = patterns.origin_of(file.path)
    return f"excluded by `ignore` in {origin}" if origin is not None else None


def _requested(change: Change, only: Sequence[str]) -> _RequestedFiles:
    paths = {file.path for file in change.files}
    words = [_cleaned(word) for word in only[:MOST_REQUESTED]]
    named = frozenset(words) & paths
    return _RequestedFiles(
        files=named, patterns=tuple(word for word in words if word not in named and _fits(word))
    )


def _cleaned(word: str) -> str:
    """A path from a command, relative to the root of the repository."""
    return word.removeprefix("./").lstrip("/")


def _fits(word: str) -> bool:
    try:
        return bool(fit(word))
    except BadPattern:
        return False


def _chosen(
    change: Change, settings: ReviewSettings, effective: EffectiveConfig, rules: tuple[str, ...]
) -> dict[str, object]:
    """The updates to the settings. A threshold that differs between directories is the loosest one in use."""
    config = effective.config
    thresholds = {threshold_at(effective, file.path) for file in change.files} or {
        threshold_at(effective, "")
    }
    return {
        "language": config.language,
        "tone": config.tone,
        "threshold": max((each.threshold for each in thresholds), key=lambda severity: severity.rank),
        "confidence": min(each.confidence for each in thresholds),
        "findings": config.findings,
        "guidance": effective.guidance,
        "rules": rules,
        "features": _both(settings.features, config.features),
        "templates": _over(settings.templates, effective.prompts),
    }


def _both(operator: Features, repository: Features) -> Features:
    """The features that both the operator and the repository enable."""
    return Features(
        **{name: getattr(operator, name) and getattr(repository, name) for name in Features.model_fields}
    )


def _over(built_in: Iterable[Template], own: Iterable[Template]) -> tuple[Template, ...]:
    """The built-in templates, replaced or extended by the repository's own."""
    known = {template.name: template for template in (*built_in, *own)}
    return tuple(known.values())
