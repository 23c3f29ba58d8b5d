"""Addresses, times and node ids in GitHub's formats."""

import base64
from datetime import datetime
from typing import Any, NamedTuple

Shape = dict[str, Any]
THREAD = "PullRequestReviewThread"
COMMENT = "PullRequestReviewComment"


class Site(NamedTuple):
    """`api` is the root of the API, `html` that of the pages; both without a trailing slash."""

    api: str
    html: str

    def repository(self, full_name: str) -> str:
        return f"{self.api}/repos/{full_name}"


def node(kind: str, number: int) -> str:
    return base64.b64encode(f"{kind}:{number}".encode()).decode()


def number_in(name: str, kind: str) -> int | None:
    """The number in a node id; None if the id is invalid or of another kind."""
    try:
        found, _, number = base64.b64decode(name, validate=True).decode().partition(":")
    except ValueError:
        return None
    return int(number) if found == kind and number.isascii() and number.isdecimal() else None


def when(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def when_if(time: datetime | None) -> str | None:
    return when(time) if time else None
