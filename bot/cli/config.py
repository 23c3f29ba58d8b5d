"""`review-bot config`: validates and shows a repository's configuration, and prints its schema."""

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from bot.cli import terminal
from bot.core.change import Pull, PullRef
from bot.core.config import ConfigProblem, EffectiveConfig, merge_layers, read_layer, render_effective
from bot.core.config.paths import OF_DIRECTORY
from bot.core.config.schema import make_schema
from bot.core.errors import Refused

app = typer.Typer(
    help="Validates and shows a repository's configuration, and prints its JSON Schema.",
    add_completion=False,
)

_MOST_BYTES = 1_000_000
_SKIPPED_DIRECTORIES = frozenset({".git", "node_modules", ".venv"})


@app.command()
def check(files: Annotated[list[Path], typer.Argument(help="Configuration files.", metavar="FILE")]) -> None:
    """Validates configuration files. Prints line and column of each error, and exits 1 if there are any."""
    problems = [problem for file in files for problem in _problems(file)]
    for problem in problems:
        place = ":".join(str(part) for part in (problem.file, problem.line, problem.column) if part)
        sys.stdout.write(f"{place}: {f'{problem.message} {problem.fix}'.strip()}\n")
    if problems:
        raise typer.Exit(1)
    sys.stdout.write(f"{len(files)} file{'s' * (len(files) != 1)} checked, no problems found\n")


@app.command()
def schema() -> None:
    """Prints the JSON Schema of the configuration file, for use in editors."""
    sys.stdout.write(json.dumps(make_schema(), indent=2, ensure_ascii=False) + "\n")


@app.command()
def show(
    *,
    path: Annotated[str | None, typer.Option(help="Show the configuration for this file.")] = None,
    repository: Annotated[Path, typer.Option(help="Directory of the checkout.")] = Path(),
) -> None:
    """Shows the effective configuration of a checkout and where each value comes from.

    The organisation's configuration file is not read.
    """
    if not repository.is_dir():
        raise Refused(f"--repository {repository}: not a directory")
    effective = asyncio.run(_effective(repository, path))
    terminal.show(Console(), render_effective(effective, path))


async def _effective(repository: Path, path: str | None) -> EffectiveConfig:
    from bot.app.operator import operator  # noqa: PLC0415 - the other commands need no settings
    from bot.review.policy.repository_config import RepositoryConfig  # noqa: PLC0415
    from bot.settings import load  # noqa: PLC0415

    paths = [path] if path else list(_configured_directories(repository))
    return await RepositoryConfig(_Checkout(repository), operator(load())).of(_ANY, paths)


def _problems(file: Path) -> Sequence[ConfigProblem]:
    try:
        text = file.read_bytes()[:_MOST_BYTES].decode()
    except OSError as error:
        raise Refused(f"{file}: {error.strerror}") from None
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return (
            ConfigProblem(file=str(file), line=line, message="This is not UTF-8.", fix="Save it as UTF-8."),
        )
    layer, problems = read_layer(str(file), text, _directory(file))
    return (*problems, *merge_layers((layer,)).problems)


def _directory(file: Path) -> str:
    """The directory that the file configures; empty for the whole repository."""
    parent = file.resolve().parent
    roots = [above for above in (parent, *parent.parents) if (above / ".git").exists()]
    if file.name != OF_DIRECTORY or not roots or roots[0] == parent:
        return ""
    return parent.relative_to(roots[0]).as_posix()


def _configured_directories(repository: Path) -> Iterator[str]:
    for file in sorted(repository.rglob(OF_DIRECTORY)):
        path = file.relative_to(repository)
        if not _SKIPPED_DIRECTORIES & set(path.parts):
            yield path.as_posix()


class _Checkout:
    """The files of a checkout, read as from a forge. It has no organisation's files."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()

    async def texts(self, ref: PullRef, revision: str, paths: Sequence[str]) -> dict[str, str | None]:
        del ref, revision
        files = ((path, self._root / path) for path in paths)
        return {path: _text(file) for path, file in files if file.is_file()}

    async def texts_of(
        self, repository: str, installation: int | None, paths: Sequence[str]
    ) -> dict[str, str | None]:
        del repository, installation, paths
        return {}


def _text(file: Path) -> str | None:
    try:
        return file.read_text(encoding="utf-8") if file.stat().st_size <= _MOST_BYTES else None
    except (OSError, UnicodeDecodeError):
        return None


_ANY = Pull(
    ref=PullRef(repository="this/checkout", number=1),
    title="",
    body="",
    author="",
    base="",
    origin="",
    head="",
    url="",
)
