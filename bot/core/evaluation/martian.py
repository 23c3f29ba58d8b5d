"""Reads the layout of Martian's open offline benchmark (Code Review Bench).

A folder `golden_comments` with one JSON file for each repository: a list of `{"pr_title", "url",
"comments": [{"comment", "severity", "category"}]}`. Its comments have no lines.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.core.errors import Refused
from bot.core.evaluation.benchmark import BenchmarkPull, pull_name, read_json
from bot.core.evaluation.dataset import Golden
from bot.core.review import Severity

_SEVERITIES: Mapping[str, Severity] = {
    "critical": Severity.CRITICAL,
    "high": Severity.MAJOR,
    "medium": Severity.MINOR,
    "low": Severity.NIT,
}
_LANGUAGES = {
    "sentry": "python",
    "grafana": "go",
    "cal_dot_com": "typescript",
    "discourse": "ruby",
    "keycloak": "java",
}


class _Comment(BaseModel):
    model_config = ConfigDict(extra="ignore")

    comment: str
    severity: str = ""
    category: str = ""


class _MartianPull(BaseModel):
    model_config = ConfigDict(extra="ignore")

    pr_title: str = ""
    url: str
    comments: tuple[_Comment, ...] = ()


_PULLS: TypeAdapter[list[_MartianPull]] = TypeAdapter(list[_MartianPull])


def read_martian(folder: Path) -> Iterator[BenchmarkPull]:
    """The pull requests of the benchmark in `folder`: its `offline`, or `golden_comments` itself.

    Raises `Refused`.
    """
    inner = folder / "golden_comments"
    files = sorted((inner if inner.is_dir() else folder).glob("*.json"))
    if not files:
        raise Refused(f"{folder}: no golden_comments/*.json found")
    for file in files:
        for pull in read_json(file, _PULLS):
            yield _wanted(file, pull)


def _wanted(file: Path, pull: _MartianPull) -> BenchmarkPull:
    return BenchmarkPull(
        name=pull_name(pull.url, str(file)),
        url=pull.url,
        title=pull.pr_title,
        language=_LANGUAGES.get(file.stem, file.stem),
        golden=tuple(map(_golden, pull.comments)),
    )


def _golden(comment: _Comment) -> Golden:
    severity = _SEVERITIES.get(comment.severity.strip().lower())
    return Golden(text=comment.comment, severity=severity, category=comment.category)
