"""A change and the settings of its review, cut to what the repository wants."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.core.change import Change, File
from bot.core.config.attributes import marks
from bot.core.config.effective import EffectiveConfig, bar, ignored, instructions
from bot.core.config.globs import BadPattern
from bot.core.config.patterns import Pattern, Patterns, fit
from bot.core.review import Features, Finding, ReviewSettings, Template

NOT_ASKED_FOR = "not among the paths that were asked for"

MOST_ASKED = 100  # paths of one command


class _RequestedFiles(NamedTuple):
    """Paths of a command: those that are files of the change by themselves, and patterns for others."""

    files: frozenset[str]
    patterns: tuple[str, ...]


def apply_config(
    change: Change, settings: ReviewSettings, effective: EffectiveConfig, only: Sequence[str] = ()
) -> tuple[Change, ReviewSettings]:
    """`settings` are the operator's, without a model. `only` are files, directories or patterns, as somebody
    asked for them in a command: a file that is named there is reviewed even where `ignore` leaves it out.
    """
    rules = _Rules(effective)
    files = tuple(
        file.model_copy(update={"rules": rules.of(file.path)}) for file in _marked(change, effective, only)
    )
    tailored = settings.model_copy(update=_chosen(change, settings, effective, rules.texts))
    return change.model_copy(update={"files": files}), tailored


def unmatched(change: Change, only: Sequence[str]) -> tuple[str, ...]:
    """Those of `only` that fit no file of the change, in one pass over its files."""
    paths = {file.path for file in change.files}
    words = {word: _cleaned(word) for word in only[:MOST_ASKED]}
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


def filter_findings(findings: Iterable[Finding], effective: EffectiveConfig) -> tuple[Finding, ...]:
    """Without those below what holds for their file: the function knows one threshold for all of them."""
    return tuple(finding for finding in findings if _reaches(finding, effective))


def _reaches(finding: Finding, effective: EffectiveConfig) -> bool:
    least = bar(effective, finding.path)
    return finding.severity.rank <= least.threshold.rank and finding.confidence >= least.confidence


class _Rules:
    """Numbers the instructions, by the files that they are about."""

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
    """The files with what `.gitattributes` says of them, and why some are not to be reviewed."""
    patterns = Patterns(ignored(effective))
    asked = _asked(change, only) if only else None
    wanted = Patterns(Pattern(text, "") for text in asked.patterns) if asked else None
    for file in change.files:
        skip = file.skip
        if asked and wanted and file.path not in asked.files:
            skip = skip or (NOT_ASKED_FOR if wanted.origin_of(file.path) is None else None)
        if not asked or file.path not in asked.files:
            skip = skip or _left_out(file, patterns)
        yield file.model_copy(update={"skip": skip, "marks": marks(effective.attributes, file.path)})


def _left_out(file: File, patterns: Patterns) -> str | None:
    origin = patterns.origin_of(file.path)
    return f"left out by `ignore` in {origin}" if origin is not None else None


def _asked(change: Change, only: Sequence[str]) -> _RequestedFiles:
    paths = {file.path for file in change.files}
    words = [_cleaned(word) for word in only[:MOST_ASKED]]
    named = frozenset(words) & paths
    return _RequestedFiles(
        files=named, patterns=tuple(word for word in words if word not in named and _fits(word))
    )


def _cleaned(word: str) -> str:
    """A path as it is written in a command, from the root of the repository on."""
    return word.removeprefix("./").lstrip("/")


def _fits(word: str) -> bool:
    try:
        return bool(fit(word))
    except BadPattern:
        return False


def _chosen(
    change: Change, settings: ReviewSettings, effective: EffectiveConfig, rules: tuple[str, ...]
) -> dict[str, object]:
    """What is not the same in every directory is as wide as any file of the change needs it."""
    config = effective.config
    bars = {bar(effective, file.path) for file in change.files} or {bar(effective, "")}
    return {
        "language": config.language,
        "tone": config.tone,
        "threshold": max((each.threshold for each in bars), key=lambda severity: severity.rank),
        "confidence": min(each.confidence for each in bars),
        "findings": config.findings,
        "guidance": effective.guidance,
        "rules": rules,
        "features": _both(settings.features, config.features),
        "templates": _over(settings.templates, effective.prompts),
    }


def _both(operator: Features, repository: Features) -> Features:
    """What the operator has switched off stays off."""
    return Features(
        **{name: getattr(operator, name) and getattr(repository, name) for name in Features.model_fields}
    )


def _over(built_in: Iterable[Template], own: Iterable[Template]) -> tuple[Template, ...]:
    """The repository's templates in place of those of the same name; others may be included by them."""
    known = {template.name: template for template in (*built_in, *own)}
    return tuple(known.values())
