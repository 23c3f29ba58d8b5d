"""What is wrong with a diff that cannot be read."""

from bot.core.errors import Refused


class DiffError(Refused):
    """The text is not a diff that can be read. `line` counts from 1."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(f"line {line} of the diff: {message}")
        self.line = line
