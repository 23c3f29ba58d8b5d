"""The bot's own account: by it the bot knows its comments from those that only look like them."""

import asyncio

from bot.core.errors import Refused
from bot.github.app_client import AppClient
from bot.github.failures import CallRejected, Unreadable
from bot.github.identity import Identity
from bot.github.response_reading import read_answer
from bot.github.shapes import AppShape
from bot.github.transport import ApiCall
from bot.github.webhooks.payloads import Account, App


class OwnAccount:
    """Asked for once, then known."""

    def __init__(self, app_client: AppClient) -> None:
        self._app_client = app_client
        self._known: Identity | None = None
        self._asking = asyncio.Lock()

    @property
    def of_app(self) -> bool:
        return self._app_client.of_app

    async def login(self) -> str:
        return (await self._once()).login

    async def app(self) -> App:
        """By what the bot's check runs tell their App. Of a plain token there is only the login."""
        known = await self._once()
        return known.app or App(slug=known.login)

    async def wrote(self, author: Account | None) -> bool:
        """Whether the account `author` is the bot's own."""
        return author is not None and author.login.casefold() == (await self.login()).casefold()

    async def _once(self) -> Identity:
        async with self._asking:
            if self._known is None:
                self._known = await self.identity()
            return self._known

    async def identity(self) -> Identity:
        """Asks GitHub, every time."""
        return await (self._app() if self._app_client.of_app else self._user())

    async def _app(self) -> Identity:
        call = ApiCall("GET", "/app", repeatable=True)
        try:
            answer = await self._app_client.send(call)
        except CallRejected as error:
            raise Refused(
                f"{error}. Check that GITHUB_APP_ID and the private key are of the same App, and this "
                "machine's clock"
            ) from error
        app = read_answer(AppShape, str(call), answer.content)
        slug = _slug(app, str(call))
        return Identity(
            login=f"{slug}[bot]",
            kind="app",
            permissions=dict(app.permissions),
            events=app.events,
            installations=app.installations_count,
            app=_identified(app, slug, self._app_client.app or ""),
        )

    async def _user(self) -> Identity:
        call = ApiCall("GET", "/user", repeatable=True)
        try:
            answer = await self._app_client.send(call)
        except CallRejected as error:
            raise Refused(
                f"{error}. GITHUB_TOKEN must be a personal access token that has not ended; for a "
                "GitHub App set GITHUB_APP_ID and GITHUB_PRIVATE_KEY instead"
            ) from error
        return Identity(login=read_answer(Account, str(call), answer.content).login, kind="user")


def _identified(app: AppShape, slug: str, configured: str) -> App:
    """GitHub tells the id and the client id; one of them is configured in any case."""
    if configured.isdecimal():
        return App(slug=slug, id=int(configured), client_id=app.client_id)
    return App(slug=slug, id=app.id, client_id=configured)


def _slug(app: AppShape, call: str) -> str:
    """GitHub does not promise to tell it, but where the App's page is."""
    slug = app.slug or app.html_url.rstrip("/").rpartition("/")[2]
    if not slug:
        raise Unreadable(call, "slug", "it is missing")
    return slug
