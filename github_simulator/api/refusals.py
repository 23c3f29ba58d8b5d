"""Error answers with GitHub's wording."""

from collections.abc import Mapping, Sequence
from typing import Any

DOCUMENTATION = "https://docs.github.com/rest"

Errors = Sequence[str | Mapping[str, Any]]


class Refusal(Exception):
    """An error answer of the API. `errors` is GitHub's list of reasons, if any."""

    def __init__(
        self, status: int, message: str, errors: Errors = (), headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = list(errors)
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        errors = {"errors": self.errors} if self.errors else {}
        return {
            "message": self.message,
            **errors,
            "documentation_url": DOCUMENTATION,
            "status": str(self.status),
        }


def not_found() -> Refusal:
    return Refusal(404, "Not Found")


def invalid(resource: str, field: str, code: str, message: str | None = None) -> Refusal:
    """422 for a field with an invalid value."""
    error = {"resource": resource, "code": code, "field": field}
    return Refusal(422, "Validation Failed", [error | ({"message": message} if message else {})])


def unprocessable(*reasons: str) -> Refusal:
    """422 with sentences instead of field errors."""
    return Refusal(422, "Unprocessable Entity", reasons)


def missing(field: str) -> Refusal:
    return Refusal(422, f'Invalid request.\n\n"{field}" wasn\'t supplied.')


def mistyped(field: str, value: object, kind: str) -> Refusal:
    shown = "nil" if value is None else repr(value)[:100]
    return Refusal(422, f"Invalid request.\n\nFor 'properties/{field}', {shown} is not {kind}.")
