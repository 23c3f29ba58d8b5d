"""What is wrong with a diff that cannot be read."""

from bot.core.errors import Refused

_LONGEST = 60  # characters of a line that a message shows


class DiffError(Refused):
    """The text is not a diff that can be read. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line} of the diff: {message}")
        self.line = line


def excerpt(line: str) -> str:
    """The beginning of `line` in quotes, with control characters spelled out: safe on a terminal."""
    text = line.rstrip("\r")
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"'{''.join(map(_spelled, shown))}'"


def _spelled(character: str) -> str:
    return character if character.isprintable() else repr(character)[1:-1]
