"""Progress bars for a model's download or verification."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, DownloadColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from bot.models.gguf_store.fetch import shown
from bot.models.gguf_store.offer import ModelOffer


class DownloadProgress:
    """Describes the download on standard error and updates a bar for each file."""

    def __init__(self, console: Console, bar: Progress) -> None:
        self._console = console
        self._bar = bar
        self._rows: dict[str, TaskID] = {}

    def offer(self, name: str, offer: ModelOffer) -> None:
        size = "unknown size" if offer.size is None else shown(offer.size)
        files = f"{len(offer.files)} files" if len(offer.files) > 1 else offer.files[0].name
        self._say(f"{name}: {files}, {size}, from {offer.source}")
        if offer.revision:
            self._say(f"revision: {offer.revision}")
        self._say(f"licence: {offer.licence or 'not stated; check the page of the model'}")

    def at(self, file: str, done: int, total: int | None) -> None:
        if file not in self._rows:
            self._rows[file] = self._bar.add_task(escape(file), total=total)
        self._bar.update(self._rows[file], completed=done, total=total)

    def checking(self, file: str) -> None:
        if file in self._rows:
            self._bar.update(self._rows[file], description=f"{escape(file)}: verifying")

    def _say(self, line: str) -> None:
        self._console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def watched() -> Iterator[DownloadProgress]:
    """Yields the progress of a download or verification. Bars are shown only on a terminal."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        yield DownloadProgress(console, bar)
