"""`POST /webhooks/github`: verifies a delivery, stores it durably, then answers 202."""

import asyncio
import re
from collections.abc import Sequence
from datetime import UTC, datetime

import structlog
from aiohttp import hdrs, web
from pydantic import BaseModel, ValidationError

from bot.core.errors import DatabaseError, Retry
from bot.core.jobs import Delivery
from bot.core.lenient import IfReadable
from bot.core.surrogates import without_halves
from bot.review.ports import Inbox, WebhookEvents
from bot.web import signature
from bot.web.access_log import add_fields
from bot.web.body import BodyMemory, read_body
from bot.web.metrics import PrometheusMetrics
from bot.web.problems import HttpProblem

log = structlog.get_logger()

MOST_HELD = 128 * 1024 * 1024  # bytes of all bodies in memory
LARGE = 1024 * 1024  # bytes from which a body is stored without parsing it
_UNREAD = object()  # the action of such a body
OUTCOMES = {401: "unsigned", 500: "refused", 503: "unavailable"}
_forms = {
    "X-GitHub-Event": re.compile(r"[!-~]+"),  # GitHub adds new ones with arbitrary names
    "X-GitHub-Delivery": re.compile(r"[\w.:-]{1,200}", re.ASCII),
}


class _EventSummary(BaseModel):
    """The part of a payload that decides whether a delivery is relevant."""

    action: IfReadable[str] = None


class Webhook:
    """Receives deliveries. Irrelevant ones are acknowledged but not stored."""

    def __init__(
        self, inbox: Inbox, secrets: Sequence[str], events: WebhookEvents, metrics: PrometheusMetrics
    ) -> None:
        self._inbox = inbox
        self._secrets = secrets
        self._events = events
        self._metrics = metrics
        self._memory = BodyMemory(MOST_HELD)

    async def receive(self, request: web.Request) -> web.Response:
        """Answers 202 once the delivery is on disk."""
        try:
            with self._memory.hold() as reservation:
                _check_head(request)
                body = await read_body(request, reservation)
                return await self._accept(request, body)
        except HttpProblem as problem:
            self._metrics.delivery("unknown", OUTCOMES.get(problem.status, "invalid"))
            raise

    async def _accept(self, request: web.Request, body: bytes) -> web.Response:
        """Uses nothing of the request before its signature is verified."""
        if not signature.is_signed(body, request.headers.get(signature.HEADER), self._secrets):
            raise HttpProblem(
                401, f"{signature.HEADER} does not match the body and the webhook secret of this server"
            )
        event = _header(request, "X-GitHub-Event")
        delivery = _header(request, "X-GitHub-Delivery")
        add_fields(request, github_event=event, delivery=delivery)
        if event == "ping":
            self._metrics.delivery(event, "pong")
            return web.json_response({"pong": delivery})
        if not self._events.is_known(event):
            return self._ignore(event, delivery)
        body, action = await _checked(body)
        if not (action is _UNREAD or self._events.is_relevant(event, action)):
            return self._ignore(event, delivery)
        return await self._store(Delivery(id=delivery, event=event, body=body, received=datetime.now(UTC)))

    def _ignore(self, event: str, delivery: str) -> web.Response:
        self._metrics.delivery("other", "ignored")
        return web.json_response({"delivery": delivery, "ignored": event}, status=202)

    async def _store(self, delivery: Delivery) -> web.Response:
        try:
            fresh = await self._inbox.receive(delivery)
        except Retry as error:
            log.error("delivery_store_failed", delivery=delivery.id, reason=str(error))  # noqa: TRY400 - no bug
            raise HttpProblem(
                503, "the delivery could not be stored; redeliver it later", {"Retry-After": "30"}
            ) from None
        except DatabaseError:
            log.exception("delivery_store_refused", delivery=delivery.id)
            raise HttpProblem(500, "the delivery cannot be stored; see the log for details") from None
        self._metrics.delivery(delivery.event, "stored" if fresh else "duplicate")
        return web.json_response({"delivery": delivery.id, "duplicate": not fresh}, status=202)


def _check_head(request: web.Request) -> None:
    """Refuses a request by its headers, before the body is read."""
    if request.content_type != "application/json":
        raise HttpProblem(415, "set the webhook's content type to application/json on GitHub")
    if request.headers.get(hdrs.CONTENT_ENCODING, "identity") != "identity":
        raise HttpProblem(415, "the body is compressed; send it uncompressed, as GitHub does")
    if not signature.has_form(request.headers.get(signature.HEADER)):
        raise HttpProblem(
            401, f"{signature.HEADER} is missing or malformed; set the webhook's secret on GitHub"
        )


def _header(request: web.Request, name: str) -> str:
    value = request.headers.get(name, "")
    if not _forms[name].fullmatch(value):
        raise HttpProblem(400, f"the header {name} is missing or malformed")
    return value


async def _checked(body: bytes) -> tuple[bytes, object]:
    """The body and its action, if it is a JSON object. A large body needs hundreds of megabytes to parse, so
    only the dispatcher parses it, and sets it aside if it is invalid.
    """
    if len(body) > LARGE:
        return await asyncio.to_thread(without_halves, body), _UNREAD
    whole = without_halves(body)
    try:
        payload = _EventSummary.model_validate_json(whole)
    except ValidationError as error:
        raise HttpProblem(400, f"the body is not a JSON object in UTF-8: {_parse_error(error)}") from None
    return whole, payload.action


def _parse_error(error: ValidationError) -> str:
    """The parser's first error, which may also be too deep nesting or too long a number."""
    first = error.errors(include_url=False, include_input=False)[0]
    return str(first.get("ctx", {}).get("error") or first["msg"])
