"""Finds what the bot may have missed: failed deliveries, and open pull requests."""

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
from bot.github.calls import ApiCall
from bot.github.pages import MAX_PAGES, PAGE_SIZE, read_pages
from bot.github.paths import repository_path
from bot.github.response_reading import read_page
from bot.github.shapes import ListedInstallation, ListedPull, ListedRepository, SendingShape

log = structlog.get_logger()

_DELIVERIES = "/app/hook/deliveries"


class Missed:
    """Lists deliveries, installations and pull requests. Only an App has deliveries and installations; with a
    personal access token there are none.
    """

    def __init__(self, app_client: AppClient, api: Api) -> None:
        self._app_client = app_client
        self._api = api

    async def delivery_attempts(self, since: datetime) -> AsyncIterator[DeliveryAttempt]:
        """Attempts since `since`, newest first."""
        async for page in self._attempt_pages():
            for shape in page:
                if shape.delivered_at >= since:
                    yield _attempt(shape)
            if page and page[-1].delivered_at < since:
                return

    async def redeliver(self, attempt: int) -> None:
        await self._app_client.send(ApiCall("POST", f"{_DELIVERIES}/{attempt}/attempts", silent=202))

    async def installations(self) -> Sequence[int]:
        if not self._app_client.is_app:
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
        """Most recently updated first. Omits pull requests whose head was deleted."""
        query = {"state": "open", "sort": "updated", "direction": "desc"}
        send = partial(self._api.send_to, repository, installation)
        async for page in read_pages(send, f"{repository_path(repository)}/pulls", ListedPull, query):
            for shape in page.items:
                if shape.head is not None:
                    yield _open_pull(shape, shape.head.sha)

    async def _attempt_pages(self) -> AsyncIterator[Sequence[SendingShape]]:
        """Pages of attempts, each fetched on demand."""
        cursor: str | None = None
        for _ in range(MAX_PAGES if self._app_client.is_app else 0):
            query = {"per_page": PAGE_SIZE} | ({"cursor": cursor} if cursor else {})
            call = ApiCall("GET", _DELIVERIES, query, repeatable=True)
            answer = await self._app_client.send(call)
            yield read_page(SendingShape, str(call), answer.content).items
            cursor = _cursor(answer)
            if cursor is None:
                return
        if cursor is not None:
            log.warning("delivery_list_truncated", pages=MAX_PAGES)


def _cursor(answer: Response[Any]) -> str | None:
    """The cursor of the next page. The link itself is not followed: signed calls go to the configured
    server only.
    """
    with suppress(ValueError):
        address = answer.raw_response.links.get("next", {}).get("url", "")
        return next(iter(parse_qs(urlsplit(address).query).get("cursor", ())), None)
    return None


def _attempt(shape: SendingShape) -> DeliveryAttempt:
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
