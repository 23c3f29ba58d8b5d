"""A problem in a configuration file, with its position and its fix."""

from pydantic import Field

from bot.core.value import Value


class ConfigProblem(Value):
    """`file` is a path in the repository; `line` and `column` count from 1, None for the whole file.

    `message` says what is wrong, `fix` what to do about it.
    """

    file: str
    line: int | None = Field(default=None, ge=1)
    column: int | None = Field(default=None, ge=1)
    message: str
    fix: str = ""

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.message}" + (f" {self.fix}" if self.fix else "")
