"""The lines that a file's diff shows, with their neighbours."""

import re
from collections.abc import Sequence

from bot.core.change import File
from bot.core.diff import DiffError, Hunk, parse_patch
from bot.core.review import Side

_BESIDE = 2  # lines on either side
_DISTINCTIVE = re.compile(r"\w\W*\w")


def plain(text: str) -> str:
    """A line's text with normalized spaces, so that a change of indentation does not matter."""
    return " ".join(text.split())


def is_distinctive(text: str) -> bool:
    """Whether a line is distinctive, unlike a lone bracket."""
    return bool(_DISTINCTIVE.search(text))


class VisibleLines:
    """The lines of one file by side and number; none for a file without a valid patch."""

    def __init__(self, file: File | None) -> None:
        self._lines: dict[Side, list[tuple[int, str]]] = {Side.LEFT: [], Side.RIGHT: []}
        for hunk in _hunks(file):
            self._add(hunk)
        self._places = {
            side: {number: at for at, (number, _) in enumerate(lines)} for side, lines in self._lines.items()
        }

    def numbers(self, side: Side) -> Sequence[int]:
        """The numbers of the shown lines, in their order."""
        return tuple(self._places[side])

    def text(self, side: Side, number: int) -> str | None:
        """Line `number`; None if the diff does not show it."""
        at = self._places[side].get(number)
        return None if at is None else self._lines[side][at][1]

    def block(self, side: Side, first: int, last: int) -> str | None:
        """Lines `first` to `last`, joined by newlines; None if the diff does not show all of them."""
        if last - first >= len(self._lines[side]):
            return None
        texts = [self.text(side, number) for number in range(first, last + 1)]
        known = [text for text in texts if text is not None]
        return "\n".join(known) if known and len(known) == len(texts) else None

    def around(self, side: Side, number: int) -> tuple[str, ...]:
        """The nearest distinctive lines before and after line `number`, with normalized spaces."""
        at = self._places[side].get(number)
        if at is None:
            return ()
        lines = self._lines[side]
        before = _distinctive(lines[max(0, at - 10) : at][::-1])
        return (*before[::-1], *_distinctive(lines[at + 1 : at + 11]))

    def has(self, side: Side, text: str, around: Sequence[str] = ()) -> bool:
        """Whether a line equals `text`, ignoring spaces. One that is not distinctive needs a common
        neighbour, too.
        """
        alike = [number for number, shown in self._lines[side] if plain(shown) == text]
        if is_distinctive(text) or not around:
            return bool(alike)
        return any(set(around) & set(self.around(side, number)) for number in alike)

    def _add(self, hunk: Hunk) -> None:
        for line in hunk.lines:
            for side, number in ((Side.LEFT, line.left), (Side.RIGHT, line.right)):
                if number is not None:
                    self._lines[side].append((number, line.text))


def _hunks(file: File | None) -> Sequence[Hunk]:
    if file is None or file.patch is None:
        return ()
    try:
        return parse_patch(file.patch)
    except DiffError:
        return ()


def _distinctive(lines: Sequence[tuple[int, str]]) -> list[str]:
    texts = [plain(text) for _, text in lines]
    return [text for text in texts if is_distinctive(text)][:_BESIDE]
