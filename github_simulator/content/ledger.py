"""Records what a diff reveals about files, so that it can be reverted."""

from bot.core.errors import Refused
from github_simulator.content.lines import Line, Tail

MAX_LINES = 1_000_000  # per file; a hunk header may claim any number


class Conflict(Refused):
    """A diff does not apply. The text names the file, the line, and expected and actual content."""


class Ledger:
    """Records changes to shared lines while a commit is applied; `revert` undoes them."""

    def __init__(self) -> None:
        self._line_changes: list[tuple[Line, str | None, bool, str]] = []
        self._extensions: list[tuple[Tail, int]] = []

    def set_text(self, line: Line, text: str, *, ended: bool) -> None:
        """Sets the text of `line`."""
        self._line_changes.append((line, line.text, line.ended, line.section))
        line.text, line.ended = text, ended

    def set_section(self, line: Line, section: str) -> None:
        """Sets the section heading of a hunk that begins at `line`."""
        self._line_changes.append((line, line.text, line.ended, line.section))
        line.section = section

    def extend(self, tail: Tail, count: int) -> None:
        """Extends the file by `count` unknown lines."""
        self._extensions.append((tail, len(tail.lines)))
        tail.lines.extend(Line() for _ in range(count))

    def revert(self) -> None:
        for line, text, ended, section in reversed(self._line_changes):
            line.text, line.ended, line.section = text, ended, section
        for tail, length in reversed(self._extensions):
            del tail.lines[length:]
