"""Reads the layout of AACR-Bench.

A JSON file (`positive_samples.json`): a list of `{"githubPrUrl", "project_main_language", "comments":
[{"path", "side", "from_line", "to_line", "note", "category", "context"}]}`. `context` is what a reader needs:
the diff, the file or the repository.
"""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel, ConfigDict, TypeAdapter

from bot.core.evaluation.benchmark import BenchmarkPull, pull_name, read_json
from bot.core.evaluation.dataset import Golden, Needs
from bot.core.review import Side


class _AacrComment(BaseModel):
    model_config = ConfigDict(extra="ignore")

    note: str
    path: str = ""
    side: str | None = None
    from_line: int | None = None
    to_line: int | None = None
    category: str | None = None
    context: str | None = None


class _AacrPull(BaseModel):
    model_config = ConfigDict(extra="ignore")

    githubPrUrl: str  # noqa: N815 - the benchmark's name
    project_main_language: str = ""
    comments: tuple[_AacrComment, ...] = ()


_PULLS: TypeAdapter[list[_AacrPull]] = TypeAdapter(list[_AacrPull])


def read_aacr(file: Path) -> Iterator[BenchmarkPull]:
    """The pull requests of the benchmark. Comments without text are left out. Raises `Refused`."""
    for pull in read_json(file, _PULLS):
        yield BenchmarkPull(
            name=pull_name(pull.githubPrUrl, str(file)),
            url=pull.githubPrUrl,
            language=pull.project_main_language.lower(),
            golden=tuple(_golden(comment) for comment in pull.comments if comment.note.strip()),
        )


def _golden(comment: _AacrComment) -> Golden:
    line, end = comment.from_line, comment.to_line
    has_line = bool(comment.path) and line is not None and line >= 1
    return Golden(
        text=comment.note,
        path=comment.path or None,
        line=line if has_line else None,
        end=end if has_line and end is not None and line is not None and end >= line else None,
        side=Side.LEFT if (comment.side or "").lower() == "left" else Side.RIGHT,
        category=comment.category or "",
        needs=_needs((comment.context or "").lower()),
    )


def _needs(context: str) -> Needs | None:
    names = {"diff": Needs.DIFF, "file": Needs.FILE, "repo": Needs.REPOSITORY}
    return next((needs for name, needs in names.items() if name in context), None)
