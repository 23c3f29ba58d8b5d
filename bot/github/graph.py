"""GitHub's GraphQL API, for what its REST API does not tell.

It answers failures, too, with status 200: they become the same errors as those of the REST API.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from githubkit import Response
from pydantic import ValidationError

from bot.core.errors import BotError, Retry
from bot.core.payloads import Account, Payload
from bot.github.api import Api
from bot.github.failures import LIMIT, LIMITS, PATIENCE, Rejected, Unanswered
from bot.github.limits import until_reset
from bot.github.shapes import read_answer
from bot.github.wire import Call

T = TypeVar("T")

_GHES = re.compile(r"/api/v3/?$")
_NAME = re.compile(r"(?:query|mutation) (\w+)")
_LIMITED = ("RATE_LIMIT", "RATE_LIMITED")  # GitHub has been seen to send either
_STATUSES = {"NOT_FOUND": 404, "FORBIDDEN": 403, "INSUFFICIENT_SCOPES": 403}
_UNWELL = ("something went wrong", "timeout", "timedout", "internal error")
_ABSENT = (403, 404, 405, 410)
_UNKNOWN = ("undefinedField", "undefinedType", "argumentNotAccepted")
_UNPROCESSABLE = 422


class GraphRejected(Rejected):
    """GraphQL understood, and will not. `status` is what the REST API would have answered."""


class NoGraph(Rejected):
    """There is no GraphQL API for the bot here, or it is too old to know what was asked for."""


class Actor(Payload):
    """Who did something. Here an App has no "[bot]" in its login, as it has everywhere else."""

    login: str
    kind: str = "User"

    @property
    def account(self) -> Account:
        bare = self.kind == "Bot" and not self.login.endswith("[bot]")
        return Account(login=f"{self.login}[bot]" if bare else self.login, type=self.kind)


class Graph:
    """`url` is the root of the REST API, next to which the other is."""

    def __init__(self, api: Api, url: str) -> None:
        self._api = api
        self._address = graphql_address(url)

    async def ask(
        self,
        repository: str,
        installation: int | None,
        query: str,
        variables: Mapping[str, Any],
        shape: type[T],
    ) -> T:
        """`query` must have a name, and do twice what it does once. Raises like `Api`, and `NoGraph`."""
        name = _NAME.match(query)
        call = _Asked(
            "POST",
            self._address,
            body={"query": query, "variables": dict(variables)},
            repeatable=True,
            name=name[1] if name else "",
        )
        answer = await self._send(repository, installation, call)
        told: T = read_answer(_Told[shape], str(call), answer.content).data  # type: ignore[valid-type]  # a type at run time
        return told

    async def _send(self, repository: str, installation: int | None, call: Call) -> Response[Any]:
        try:
            return await self._api.send_to(repository, installation, call)
        except (GraphRejected, NoGraph):
            raise
        except Rejected as error:
            if error.status not in _ABSENT:
                raise
            raise NoGraph(str(call), error.status, error.reason, error.date) from error


def graphql_address(url: str) -> str:
    """Where the GraphQL API is whose REST API has its root at `url`."""
    return _GHES.sub("/api", url.rstrip("/")) + "/graphql"


@dataclass(frozen=True)
class _Asked(Call):
    name: str = ""

    def __str__(self) -> str:
        return f"{self.method} /graphql ({self.name})"

    def judge(self, _answer: Response[Any]) -> BotError | None:
        failures = _failures(_answer.content)
        if not failures:
            return None
        reason = ", ".join(failure.message for failure in failures)[:1000]
        if any(failure.type in _LIMITED for failure in failures):
            return Retry(f"{LIMIT} ({self})", until_reset(_answer.headers) or PATIENCE)
        if any(word in reason.lower() for word in LIMITS):
            return Retry(f"{LIMIT} ({self})", PATIENCE)
        if any(word in reason.lower() for word in _UNWELL):
            return Unanswered(f"GitHub is unwell: it answered {self} with {reason}")
        kind = NoGraph if any(failure.code in _UNKNOWN for failure in failures) else GraphRejected
        status = next((_STATUSES[one.type] for one in failures if one.type in _STATUSES), _UNPROCESSABLE)
        return kind(str(self), status, reason, _answer.headers.get("date"))


class _Extensions(Payload):
    code: str | None = None


class _Failure(Payload):
    message: str = ""
    type: str = ""
    extensions: _Extensions | None = None

    @property
    def code(self) -> str | None:
        return self.extensions.code if self.extensions else None


class _Failures(Payload):
    errors: tuple[_Failure, ...] | None = None


class _Told(Payload, Generic[T]):
    data: T


def _failures(content: bytes) -> tuple[_Failure, ...]:
    """What cannot be read at all is told by whoever reads the answer."""
    try:
        return _Failures.model_validate_json(content).errors or ()
    except ValidationError:
        return ()
