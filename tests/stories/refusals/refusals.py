"""The ways in which GitHub, or what stands before it, says no; and which calls are refused."""

from collections.abc import Mapping
from typing import Any, NamedTuple

_DOCUMENTATION = "https://docs.github.com/rest"


class Called(NamedTuple):
    """A call of the API; `variant` is the name of a GraphQL operation, or "diff"."""

    method: str
    template: str
    variant: str = ""

    def __str__(self) -> str:
        path = self.template.removeprefix("/repos/{owner}/{repo}")
        return f"{self.method} {path}{f' ({self.variant})' if self.variant else ''}"


def _says(message: str) -> dict[str, str]:
    return {"message": message, "documentation_url": _DOCUMENTATION}


def _moved(status: int) -> dict[str, Any]:
    """To where nothing is."""
    return {"status": status, "headers": {"Location": "/repositories/0/gone"}, "body": _says("Moved")}


REFUSALS: Mapping[str, Mapping[str, Any]] = {
    "403": {"status": 403, "body": _says("Resource not accessible by integration")},
    "404": {"status": 404, "body": _says("Not Found")},
    "410": {"status": 410, "body": _says("This is gone")},
    "422": {"status": 422, "body": _says("Validation Failed")},
    "451": {"status": 451, "body": _says("Repository access blocked")},
    "301": _moved(301),
    "307": _moved(307),
    "200 HTML": {
        "status": 200,
        "headers": {"Content-Type": "text/html"},
        "body": "<!DOCTYPE html>\n<html><head><title>Sign in</title></head></html>\n",
    },
    "200 {}": {"status": 200, "body": {}},
    "200 empty": {"status": 200, "headers": {"Content-Type": "application/json"}, "body": ""},
    "500": {"status": 500, "body": _says("Server Error")},
}

BY_STATUS = ("403", "404", "410", "422", "451")
"""GitHub's own refusals; the others are what stands before it, or its failures."""

FOREIGN = tuple(name for name in REFUSALS if name not in BY_STATUS)
