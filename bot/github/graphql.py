"""GitHub's GraphQL API, for what its REST API does not tell.

It answers failures, too, with status 200: they become the same errors as those of the REST API, unless there
is an answer beside them. Then that is taken as far as it goes, and says what it lacks.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Generic, NamedTuple, TypeVar

import httpx
import structlog
from githubkit import Response
from pydantic import ValidationError

from bot.core.errors import BotError, Retry
from bot.core.lenient import IfReadable, OrElse, ReadableItems
from bot.core.surrogates import without_halves
from bot.github.advice import advise
from bot.github.api import Api
from bot.github.failures import LIMIT, LIMITS, PATIENCE, CallRejected, Foreign, Unanswered
from bot.github.rate_limits import until_reset
from bot.github.response_reading import read_answer
from bot.github.transport import ApiCall
from bot.github.webhooks.payloads import Account, Payload

log = structlog.get_logger()

T = TypeVar("T")

_GHES = re.compile(r"/api/v3/?$")
_NAME = re.compile(r"(?:query|mutation) (\w+)")
_LIMITED = ("RATE_LIMIT", "RATE_LIMITED")  # GitHub has been seen to send either
_STATUSES = {"NOT_FOUND": 404, "FORBIDDEN": 403, "INSUFFICIENT_SCOPES": 403}
_UNWELL = ("something went wrong", "timeout", "timedout", "internal error")
_ABSENT = (403, 404, 405, 410)
_UNKNOWN = ("undefinedField", "undefinedType", "argumentNotAccepted")
_UNPROCESSABLE = 422


class GraphRejected(CallRejected):
    """GraphQL understood, and will not. `status` is what the REST API would have answered."""


class NoGraph(CallRejected):
    """There is no GraphQL API for the bot here, or it is too old to know what was asked for."""


class Actor(Payload):
    """Who did something. Here an App has no "[bot]" in its login, as it has everywhere else."""

    login: str
    kind: Annotated[str, OrElse("User")] = "User"

    @property
    def account(self) -> Account:
        bare = self.kind == "Bot" and not self.login.endswith("[bot]")
        return Account(login=f"{self.login}[bot]" if bare else self.login, type=self.kind)


class GraphqlClient:
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
    ) -> "GraphqlAnswer[T]":
        """`query` must have a name, and do twice what it does once. Raises like `Api`, and `NoGraph`."""
        name = _NAME.match(query)
        call = _GraphqlCall(
            "POST",
            self._address,
            body={"query": query, "variables": dict(variables)},
            repeatable=True,
            name=name[1] if name else "",
        )
        answer = await self._send(repository, installation, call)
        told = read_answer(_GraphqlBody[shape], str(call), answer.content)  # type: ignore[valid-type]  # a type at run time
        if told.errors:
            log.warning("GitHub answers in part", call=str(call), reason=told.reason)
        return GraphqlAnswer(told.data, tuple(failure.path for failure in told.errors))

    async def _send(self, repository: str, installation: int | None, call: ApiCall) -> Response[Any]:
        try:
            return await self._api.send_to(repository, installation, call)
        except (GraphRejected, NoGraph):
            raise
        except CallRejected as error:
            if error.status not in _ABSENT:
                raise
            raise NoGraph(str(call), error.status, error.reason, error.date) from error


def graphql_address(url: str) -> str:
    """Where the GraphQL API is whose REST API has its root at `url`."""
    return _GHES.sub("/api", url.rstrip("/")) + "/graphql"


@dataclass(frozen=True)
class _GraphqlCall(ApiCall):
    name: str = ""

    def __str__(self) -> str:
        return f"{self.method} /graphql ({self.name})"

    def judge(self, _answer: Response[Any]) -> BotError | None:
        """None where there is anything to be taken, or where it is for the reader to say what is wrong."""
        told = _failures(_answer.content)
        if told is None:
            return None
        return self._limit(told, _answer.headers) or self._nothing(told, _answer.headers)

    def _limit(self, told: "_Failures", headers: httpx.Headers) -> Retry | None:
        if any(failure.type in _LIMITED for failure in told.errors):
            return Retry(f"{LIMIT} ({self})", until_reset(headers) or PATIENCE)
        reason = told.reason.lower()
        return Retry(f"{LIMIT} ({self})", PATIENCE) if any(word in reason for word in LIMITS) else None

    def _nothing(self, told: "_Failures", headers: httpx.Headers) -> BotError | None:
        """The failure of an answer that says nothing else."""
        if _says(told.data) or (not told.errors and told.data is not None):
            return None
        if not told.errors:
            return Foreign(f"the answer to {self} is not GitHub's: it has no data")
        reason, failures = told.reason, told.errors
        if any(word in reason.lower() for word in _UNWELL):
            return Unanswered(f"GitHub is unwell: it answered {self} with {reason}")
        kind = NoGraph if any(failure.code in _UNKNOWN for failure in failures) else GraphRejected
        status = next((_STATUSES[one.type] for one in failures if one.type in _STATUSES), _UNPROCESSABLE)
        advice = advise(str(self), status, reason, headers)
        return kind(str(self), status, reason, headers.get("date"), advice)


class _Extensions(Payload):
    code: IfReadable[str] = None


class _Failure(Payload):
    """`path` leads to what is null in the data for it."""

    message: Annotated[str, OrElse("")] = ""
    type: Annotated[str, OrElse("")] = ""
    path: ReadableItems[str | int] = ()
    extensions: IfReadable[_Extensions] = None

    @property
    def code(self) -> str | None:
        return self.extensions.code if self.extensions else None


class _Failures(Payload):
    data: object = None
    errors: ReadableItems[_Failure] = ()

    @property
    def reason(self) -> str:
        return ", ".join(failure.message for failure in self.errors)[:1000]


class _GraphqlBody(_Failures, Generic[T]):
    data: T


class GraphqlAnswer(NamedTuple, Generic[T]):
    """`lost` are the places in `data` that errors speak of: what is null there is not known."""

    data: T
    lost: tuple[tuple[str | int, ...], ...]

    def lacks(self, *place: str | int) -> bool:
        """Whether what is at `place`, or a part of it, is lost, or something above it is."""
        return any(place[: len(lost)] == lost[: len(place)] for lost in self.lost)


def _failures(content: bytes) -> _Failures | None:
    """None where it is no answer of GraphQL's."""
    try:
        return _Failures.model_validate_json(without_halves(content))
    except ValidationError:
        return None


def _says(data: object) -> bool:
    """Whether there is anything in `data` but nulls."""
    if isinstance(data, dict):
        return any(map(_says, data.values()))
    if isinstance(data, list):
        return any(map(_says, data))
    return data is not None
