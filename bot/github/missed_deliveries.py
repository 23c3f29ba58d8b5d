"""What GitHub knows and may not have told us: failed deliveries, and pull requests nobody told of."""

from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Any
from urllib.parse import parse_qs, urlsplit

import structlog
from githubkit import Response

from bot.core.missed_deliveries import DeliveryAttempt, OpenPull
from bot.github.api import Api
from bot.github.app_client import AppClient
from bot.github.pages import MOST, PAGE, read_pages
from bot.github.paths import repository_path
from bot.github.response_reading import read_page
from bot.github.shapes import ListedInstallation, ListedPull, ListedRepository, SendingShape
from bot.github.transport import ApiCall

log = structlog.get_logger()

_DELIVERIES = "/app/hook/deliveries"


class Missed:
    """Deliveries and installations are the App's own affair; with a plain token there are none."""

    def __init__(self, app_client: AppClient, api: Api) -> None:
        self._app_client = app_client
        self._api = api

    async def delivery_attempts(self, since: datetime) -> AsyncIterator[DeliveryAttempt]:
        """The newest first."""
        async for page in self._sent():
            for shape in page:
                if shape.delivered_at >= since:
                    yield _sending(shape)
            if page and page[-1].delivered_at < since:
                return

    async def redeliver(self, sending: int) -> None:
        await self._app_client.send(ApiCall("POST", f"{_DELIVERIES}/{sending}/attempts", silent=202))

    async def installations(self) -> Sequence[int]:
        if not self._app_client.of_app:
            return ()
        pages = read_pages(self._app_client.send, "/app/installations", ListedInstallation)
        return [shape.id async for page in pages for shape in page.items if shape.suspended_at is None]

    async def repositories(self, installation: int) -> AsyncIterator[str]:
        send = partial(self._api.send_for, installation)
        path, name = "/installation/repositories", "repositories"
        async for page in read_pages(send, path, ListedRepository, name=name):
            for shape in page.items:
                if not (shape.archived or shape.disabled):
                    yield shape.full_name

    async def open_pulls(self, repository: str, installation: int | None) -> AsyncIterator[OpenPull]:
        """The latest updated first. One whose head is gone cannot be reviewed, and is left out."""
        query = {"state": "open", "sort": "updated", "direction": "desc"}
        send = partial(self._api.send_to, repository, installation)
        async for page in read_pages(send, f"{repository_path(repository)}/pulls", ListedPull, query):
            for shape in page.items:
                if shape.head is not None:
                    yield _open_pull(shape, shape.head.sha)

    async def _sent(self) -> AsyncIterator[Sequence[SendingShape]]:
        """Pages of tries, each fetched when it is needed."""
        cursor: str | None = None
        for _ in range(MOST if self._app_client.of_app else 0):
            query = {"per_page": PAGE} | ({"cursor": cursor} if cursor else {})
            call = ApiCall("GET", _DELIVERIES, query, repeatable=True)
            answer = await self._app_client.send(call)
            yield read_page(SendingShape, str(call), answer.content).items
            cursor = _cursor(answer)
            if cursor is None:
                return
        if cursor is not None:
            log.warning("GitHub lists more deliveries than are looked at; the oldest are left", pages=MOST)


def _cursor(answer: Response[Any]) -> str | None:
    """Where the next page begins. The link's address itself is not followed: a signature is sent to the
    configured server only.
    """
    with suppress(ValueError):
        address = answer.raw_response.links.get("next", {}).get("url", "")
        return next(iter(parse_qs(urlsplit(address).query).get("cursor", ())), None)
    return None


def _sending(shape: SendingShape) -> DeliveryAttempt:
    return DeliveryAttempt(
        id=shape.id,
        guid=shape.guid,
        event=shape.event,
        action=shape.action,
        sent=shape.delivered_at,
        arrived=200 <= shape.status_code < 300,
    )


def _open_pull(shape: ListedPull, head: str) -> OpenPull:
    return OpenPull(
        number=shape.number,
        head=head,
        draft=shape.draft,
        by_bot=shape.user is not None and shape.user.is_bot,
        updated=shape.updated_at,
    )
