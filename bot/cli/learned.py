"""`review-bot learned`: lists and takes back what the bot learned from people, and dismissals."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.cli import logs
from bot.cli.database import opened_store
from bot.core.errors import Refused
from bot.core.findings.learnings import Forgotten, MemoryEntry
from bot.core.markdown import clean

if TYPE_CHECKING:
    from bot.engine import Store

app = typer.Typer(
    help="Lists and takes back what the bot learned from replies, and dismissals.", add_completion=False
)

T = TypeVar("T")
Repository = Annotated[
    str | None, typer.Option(help="Only this repository, as OWNER/NAME.", metavar="OWNER/NAME")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Maximum number of entries, newest first.")]

WIDE = 2000  # columns when the output is not a terminal: one line per entry


@app.command("list")
def list_entries(*, repository: Repository = None, limit: Limit = 200, as_json: Json = False) -> None:
    """Lists learnings and dismissals of all repositories, or of one, newest first."""
    entries = _run(lambda store: store.memory.entries(repository))[:limit]
    if as_json:
        sys.stdout.write(json.dumps([entry.model_dump(mode="json") for entry in entries], indent=2) + "\n")
    else:
        _show(entries)


@app.command()
def forget(
    ids: Annotated[
        list[str], typer.Argument(help="IDs as shown by `review-bot learned list`: 12, d3.", metavar="ID")
    ],
    *,
    repository: Repository = None,
    as_json: Json = False,
) -> None:
    """Takes back learnings, and undoes dismissals: the findings can be reported again."""
    result = _run(lambda store: store.memory.forget([one.casefold() for one in ids], repository))
    if as_json:
        sys.stdout.write(json.dumps(result.model_dump(mode="json"), indent=2) + "\n")
    else:
        sys.stdout.writelines(f"{one} is forgotten\n" for one in result.forgotten)
    _require_known(result, repository)


def _require_known(result: Forgotten, repository: str | None) -> None:
    """Raises `Refused` if an id is unknown, after the others were forgotten."""
    if result.unknown:
        where = f" of {repository}" if repository else ""
        names = ", ".join(result.unknown)
        raise Refused(f"there is no entry {names}{where}; `review-bot learned list` lists all entries")


def _run(work: Callable[["Store"], Awaitable[T]]) -> T:
    logs.configure("warning", "auto")

    async def opened() -> T:
        async with opened_store() as store:
            return await work(store)

    return asyncio.run(opened())


def _show(entries: Sequence[MemoryEntry]) -> None:
    table = Table("id", "kind", "repository", "by", "date", "file", "finding", "reply", box=None)
    for entry in entries:
        texts = (entry.repository, entry.author, f"{entry.created:%Y-%m-%d}", entry.path, entry.finding)
        reply = entry.text or f"dismissed: {entry.how}"
        table.add_row(entry.id, entry.kind, *(escape(_on_one_line(text)) for text in (*texts, reply)))
    width = None if sys.stdout.isatty() else WIDE
    Console(width=width).print(table if entries else "nothing is learned or dismissed")


def _on_one_line(text: str) -> str:
    """Texts of people without terminal control characters."""
    return " ".join(clean(text).split())
