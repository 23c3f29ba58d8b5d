"""Client of GitHub's GraphQL API, for data that the REST API does not offer.

GraphQL reports failures with status 200. They become the same errors as those of the REST API, unless the
answer also contains data: then the partial data is returned, with the paths that are missing.
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
from bot.github.calls import ApiCall
from bot.github.failures import DEFAULT_WAIT, LIMIT, LIMITS, CallRejected, Foreign, Unanswered
from bot.github.rate_limits import until_reset
from bot.github.response_reading import read_answer
from bot.github.webhooks.payloads import Account, Payload

log = structlog.get_logger()

T = TypeVar("T")

_GHES = re.compile(r"/api/v3/?$")
_NAME = re.compile(r"(?:query|mutation) (\w+)")
_LIMITED = ("RATE_LIMIT", "RATE_LIMITED")  # GitHub sends either
_STATUSES = {"NOT_FOUND": 404, "FORBIDDEN": 403, "INSUFFICIENT_SCOPES": 403}
_SERVER_ERRORS = ("something went wrong", "timeout", "timedout", "internal error")
_ABSENT = (403, 404, 405, 410)
_SCHEMA_ERRORS = ("undefinedField", "undefinedType", "argumentNotAccepted")
_UNPROCESSABLE = 422


class GraphRejected(CallRejected):
    """GraphQL refused the query. `status` is the corresponding status of the REST API."""


class NoGraph(CallRejected):
    """The server has no GraphQL API that the bot may use, or one that lacks the requested fields."""


class Actor(Payload):
    """The author of something. GraphQL omits the "[bot]" of an App's login."""

    login: str
    kind: Annotated[str, OrElse("User")] = "User"

    @property
    def account(self) -> Account:
        bare = self.kind == "Bot" and not self.login.endswith("[bot]")
        return Account(login=f"{self.login}[bot]" if bare else self.login, type=self.kind)


class GraphqlClient:
    """`url` is the root of the REST API."""

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
        """Sends `query`, which must be named and idempotent. Raises like `Api`, and `NoGraph`."""
        name = _NAME.match(query)
        call = _GraphqlCall(
            "POST",
            self._address,
            body={"query": query, "variables": dict(variables)},
            repeatable=True,
            name=name[1] if name else "",
        )
        answer = await self._send(repository, installation, call)
        body = read_answer(_GraphqlBody[shape], str(call), answer.content)  # type: ignore[valid-type]  # a type at run time
        if body.errors:
            log.warning("graphql_answer_partial", call=str(call), reason=body.reason)
        return GraphqlAnswer(body.data, tuple(failure.path for failure in body.errors))

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
    """The address of the GraphQL API that belongs to the REST API at `url`."""
    return _GHES.sub("/api", url.rstrip("/")) + "/graphql"


@dataclass(frozen=True)
class _GraphqlCall(ApiCall):
    name: str = ""

    def __str__(self) -> str:
        return f"{self.method} /graphql ({self.name})"

    def judge(self, _answer: Response[Any]) -> BotError | None:
        """None if the answer contains data, or if `read_answer` will report what is wrong."""
        body = _failures(_answer.content)
        if body is None:
            return None
        return self._rate_limit(body, _answer.headers) or self._failure(body, _answer.headers)

    def _rate_limit(self, body: "_Failures", headers: httpx.Headers) -> Retry | None:
        if any(failure.type in _LIMITED for failure in body.errors):
            return Retry(f"{LIMIT} ({self})", until_reset(headers) or DEFAULT_WAIT)
        reason = body.reason.lower()
        return Retry(f"{LIMIT} ({self})", DEFAULT_WAIT) if any(word in reason for word in LIMITS) else None

    def _failure(self, body: "_Failures", headers: httpx.Headers) -> BotError | None:
        """The failure of an answer without data."""
        if _has_data(body.data) or (not body.errors and body.data is not None):
            return None
        if not body.errors:
            return Foreign(f"the answer to {self} did not come from GitHub: it has no data")
        reason, failures = body.reason, body.errors
        if any(word in reason.lower() for word in _SERVER_ERRORS):
            return Unanswered(f"GitHub server error: {self} returned {reason}")
        kind = NoGraph if any(failure.code in _SCHEMA_ERRORS for failure in failures) else GraphRejected
        status = next((_STATUSES[item.type] for item in failures if item.type in _STATUSES), _UNPROCESSABLE)
        advice = advise(str(self), status, reason, headers)
        return kind(str(self), status, reason, headers.get("date"), advice)


class _Extensions(Payload):
    code: IfReadable[str] = None


class _Failure(Payload):
    """`path` names the field that is null because of it."""

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
    """`lost` are the paths in `data` that errors name: null means unknown there."""

    data: T
    lost: tuple[tuple[str | int, ...], ...]

    def lacks(self, *path: str | int) -> bool:
        """Whether `path`, a part of it, or one of its parents is lost."""
        return any(path[: len(lost)] == lost[: len(path)] for lost in self.lost)


def _failures(content: bytes) -> _Failures | None:
    """None if the content is not a GraphQL answer."""
    try:
        return _Failures.model_validate_json(without_halves(content))
    except ValidationError:
        return None


def _has_data(data: object) -> bool:
    """Whether `data` contains anything other than nulls."""
    if isinstance(data, dict):
        return any(map(_has_data, data.values()))
    if isinstance(data, list):
        return any(map(_has_data, data))
    return data is not None
