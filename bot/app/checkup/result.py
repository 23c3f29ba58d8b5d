"""What a check found."""

from enum import StrEnum

from bot.core.value import Value


class Status(StrEnum):
    """A `warning` leaves the bot working, but not as its operator may expect; a `problem` does not."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class Result(Value):
    """`name` is the check's, `message` what there is, and where that is not as it should be, what to do."""

    name: str
    status: Status
    message: str


def ok(name: str, message: str) -> Result:
    return Result(name=name, status=Status.OK, message=message)


def warning(name: str, message: str) -> Result:
    return Result(name=name, status=Status.WARNING, message=message)


def problem(name: str, message: str) -> Result:
    return Result(name=name, status=Status.PROBLEM, message=message)
