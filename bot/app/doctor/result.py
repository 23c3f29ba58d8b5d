"""The result of a check."""

from enum import StrEnum

from bot.core.value import Value


class DoctorStatus(StrEnum):
    """With a `warning` the bot works, but perhaps not as expected; with a `problem` it does not work."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class DoctorResult(Value):
    """`name` is the check's name; `message` says what was found and, unless it is ok, what to do."""

    name: str
    status: DoctorStatus
    message: str


def ok(name: str, message: str) -> DoctorResult:
    return DoctorResult(name=name, status=DoctorStatus.OK, message=message)


def warning(name: str, message: str) -> DoctorResult:
    return DoctorResult(name=name, status=DoctorStatus.WARNING, message=message)


def problem(name: str, message: str) -> DoctorResult:
    return DoctorResult(name=name, status=DoctorStatus.PROBLEM, message=message)
