"""`review-bot dataset`: converts published benchmarks to datasets for `review-bot eval`."""

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated

import typer

from bot.core.errors import Refused
from bot.core.evaluation.aacr import read_aacr
from bot.core.evaluation.benchmark import BenchmarkPull
from bot.core.evaluation.dataset import Case
from bot.core.evaluation.martian import read_martian

app = typer.Typer(
    help="Converts published benchmarks to datasets for `review-bot eval`.",
    no_args_is_help=True,
    add_completion=False,
)

Diffs = Annotated[Path, typer.Option(help="Directory with files OWNER__NAME__NUMBER.diff.")]
Heads = Annotated[
    Path | None,
    typer.Option(
        help="Directory with checkouts of the head revisions, OWNER__NAME__NUMBER. Without it, reviews see "
        "hunks without the functions that contain them."
    ),
]
Out = Annotated[Path, typer.Option(help="Dataset file to write.")]

_MOST_BYTES = 1_000_000  # of one file's text


@app.callback()
def about_datasets() -> None:
    """Converts published benchmarks to datasets for `review-bot eval`."""


@app.command("martian")
def convert_martian(
    folder: Annotated[
        Path, typer.Argument(help="Directory `offline` of the benchmark, or its golden_comments directory.")
    ],
    *,
    diffs: Diffs,
    out: Out,
    heads: Heads = None,
) -> None:
    """Converts Martian's open offline benchmark to a dataset.

    The benchmark does not include diffs: download each from PULL_URL.diff.
    """
    _convert(read_martian(folder), diffs, heads, out)


@app.command("aacr")
def convert_aacr(
    file: Annotated[Path, typer.Argument(help="File positive_samples.json of the benchmark.")],
    *,
    diffs: Diffs,
    out: Out,
    heads: Heads = None,
) -> None:
    """Converts AACR-Bench to a dataset.

    The benchmark does not include diffs: download each from PULL_URL.diff.
    """
    _convert(read_aacr(file), diffs, heads, out)


def _convert(pulls: Iterable[BenchmarkPull], diffs: Path, heads: Path | None, out: Path) -> None:
    written, missing = [], []
    for pull in pulls:
        file = diffs / f"{pull.name}.diff"
        if file.is_file():
            written.append(_case(pull, file, heads))
        else:
            missing.append(f"{pull.url}.diff -> {file}")
    out.write_text("".join(f"{case.model_dump_json(exclude_defaults=True)}\n" for case in written), "utf-8")
    sys.stderr.write("".join(f"missing: {line}\n" for line in missing))
    sys.stdout.write(f"{len(written)} pull requests written to {out}, {len(missing)} without a diff\n")
    if missing:
        raise typer.Exit(1)


def _case(pull: BenchmarkPull, diff: Path, heads: Path | None) -> Case:
    case = pull.case(diff.read_text(encoding="utf-8", errors="replace"), {})
    if heads is None:
        return case
    head = heads / pull.name
    if not head.is_dir():
        raise Refused(f"--heads {heads}: there is no checkout {head}")
    return case.model_copy(update={"texts": dict(_texts(case, head.resolve()))})


def _texts(case: Case, head: Path) -> Iterator[tuple[str, str]]:
    """The texts of the changed files that lie within `head`."""
    for file in case.change().files:
        path = (head / file.path).resolve()
        if path.is_relative_to(head) and path.is_file() and path.stat().st_size <= _MOST_BYTES:
            try:
                yield file.path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue
