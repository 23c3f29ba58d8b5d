"""Lines with an identity, and versions of a file made of them."""

from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Line:
    """A line of a file, in every version that has it. Lines are equal only to themselves.

    `text` is None until a diff shows it; `ended` is False for a last line without newline. `section`
    is what a diff showed behind the "@@" of a hunk that began here.
    """

    text: str | None = None
    ended: bool = True
    section: str = ""

    def reads_as(self, other: "Line") -> bool:
        """Whether both are known to hold the same."""
        return self.text is not None and self.text == other.text and self.ended == other.ended


@dataclass(eq=False, slots=True)
class Tail:
    """The lines at the end of a file that was there before all diffs; it grows as diffs reach farther.

    Every version of the file that has not been read to its end shares it.
    """

    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, eq=False, slots=True)
class Text:
    """One version: `body`, and then the lines of `tail` from `start` on."""

    body: tuple[Line, ...] = ()
    tail: Tail | None = None
    start: int = 0

    @property
    def lines(self) -> list[Line]:
        """The lines told of so far; there may be more where there is a tail."""
        return [*self.body, *(self.tail.lines[self.start :] if self.tail else ())]

    def render(self) -> str:
        """The text, with empty lines for those that no diff has shown."""
        return "".join(f"{line.text or ''}{chr(10) if line.ended else ''}" for line in self.lines)


@dataclass(frozen=True, eq=False, slots=True)
class Binary:
    """Content that is no text. What it is, diffs do not say: each is different."""


Content = Text | Binary


def read_text(text: str) -> Text:
    """A file that is known in full."""
    pieces = text.split("\n")
    ended, last = pieces[:-1], pieces[-1]
    lines = [Line(piece) for piece in ended]
    return Text((*lines, Line(last, ended=False)) if last else tuple(lines))
