"""What a check found."""

from enum import StrEnum

from bot.core.value import Value


class DoctorStatus(StrEnum):
    """A `warning` leaves the bot working, but not as its operator may expect; a `problem` does not."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


class DoctorResult(Value):
    """`name` is the check's, `message` what there is, and where that is not as it should be, what to do."""

    name: str
    status: DoctorStatus
    message: str


def ok(name: str, message: str) -> DoctorResult:
    return DoctorResult(name=name, status=DoctorStatus.OK, message=message)


def warning(name: str, message: str) -> DoctorResult:
    return DoctorResult(name=name, status=DoctorStatus.WARNING, message=message)


def problem(name: str, message: str) -> DoctorResult:
    return DoctorResult(name=name, status=DoctorStatus.PROBLEM, message=message)
