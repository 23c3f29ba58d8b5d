"""Lines with an identity, and versions of files made of them."""

from dataclasses import dataclass, field


@dataclass(eq=False, slots=True)
class Line:
    """A line of a file, shared by every version that has it. Compared by identity.

    `text` is None until a diff shows it; `ended` is False for a last line without newline. `section` is the
    heading that a diff showed after the "@@" of a hunk that begins here.
    """

    text: str | None = None
    ended: bool = True
    section: str = ""

    def reads_as(self, other: "Line") -> bool:
        """Whether both are known and equal."""
        return self.text is not None and self.text == other.text and self.ended == other.ended


@dataclass(eq=False, slots=True)
class Tail:
    """The last lines of a file that existed before all diffs; it grows as diffs show later lines.

    Shared by every version of the file whose end is unknown.
    """

    lines: list[Line] = field(default_factory=list)


@dataclass(frozen=True, eq=False, slots=True)
class Text:
    """One version: `body`, followed by the lines of `tail` from `start`."""

    body: tuple[Line, ...] = ()
    tail: Tail | None = None
    start: int = 0

    @property
    def lines(self) -> list[Line]:
        """The lines seen so far; with a tail there may be more."""
        return [*self.body, *(self.tail.lines[self.start :] if self.tail else ())]

    def render(self) -> str:
        """The text; lines that no diff has shown are empty."""
        return "".join(f"{line.text or ''}{chr(10) if line.ended else ''}" for line in self.lines)


@dataclass(frozen=True, eq=False, slots=True)
class Binary:
    """Binary content. Diffs do not show it, so no two are equal."""


Content = Text | Binary


def read_text(text: str) -> Text:
    """A file with known content."""
    pieces = text.split("\n")
    ended, last = pieces[:-1], pieces[-1]
    lines = [Line(piece) for piece in ended]
    return Text((*lines, Line(last, ended=False)) if last else tuple(lines))
