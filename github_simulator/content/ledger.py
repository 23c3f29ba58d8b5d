"""What a diff teaches about files, written down so that it can be taken back."""

from bot.core.errors import Refused
from github_simulator.content.lines import Line, Tail

MOST_LINES = 1_000_000  # of one file; a hunk header may claim any number


class Conflict(Refused):
    """A diff does not fit the files that it changes. The text names file, line, expected and found."""


class Ledger:
    """Notes what is learned while a commit is applied. `forget` undoes it when the commit is refused."""

    def __init__(self) -> None:
        self._told: list[tuple[Line, str | None, bool, str]] = []
        self._grown: list[tuple[Tail, int]] = []

    def tell(self, line: Line, text: str, *, ended: bool) -> None:
        """`line` holds `text`."""
        self._told.append((line, line.text, line.ended, line.section))
        line.text, line.ended = text, ended

    def head(self, line: Line, section: str) -> None:
        """A hunk that begins at `line` is headed by `section`."""
        self._told.append((line, line.text, line.ended, line.section))
        line.section = section

    def grow(self, tail: Tail, count: int) -> None:
        """The file has at least `count` lines more."""
        self._grown.append((tail, len(tail.lines)))
        tail.lines.extend(Line() for _ in range(count))

    def forget(self) -> None:
        for line, text, ended, section in reversed(self._told):
            line.text, line.ended, line.section = text, ended, section
        for tail, length in reversed(self._grown):
            del tail.lines[length:]
