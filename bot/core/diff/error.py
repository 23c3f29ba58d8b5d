"""The error for a diff that cannot be parsed."""

from bot.core.errors import Refused

_LONGEST = 60  # characters of a line in a message


class DiffError(Refused):
    """The text is not a valid diff. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line} of the diff: {message}")
        self.line = line


def excerpt(line: str) -> str:
    """The beginning of `line` in quotes, with control characters escaped for the terminal."""
    text = line.rstrip("\r")
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"'{''.join(map(_escaped, shown))}'"


def _escaped(character: str) -> str:
    return character if character.isprintable() else repr(character)[1:-1]
