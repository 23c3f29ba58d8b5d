"""The bot's own account, by which it recognises its comments and check runs."""

import asyncio

from bot.core.errors import Refused
from bot.github.app_client import AppClient
from bot.github.calls import ApiCall
from bot.github.failures import CallRejected, Unreadable
from bot.github.identity import Identity
from bot.github.response_reading import read_answer
from bot.github.shapes import AppShape
from bot.github.webhooks.payloads import Account, App


class OwnAccount:
    """Fetches the account once, and caches it."""

    def __init__(self, app_client: AppClient) -> None:
        self._app_client = app_client
        self._identity: Identity | None = None
        self._lock = asyncio.Lock()

    @property
    def is_app(self) -> bool:
        return self._app_client.is_app

    async def login(self) -> str:
        return (await self._cached()).login

    async def app(self) -> App:
        """The App to which the bot's check runs belong; only the login with a personal access token."""
        identity = await self._cached()
        return identity.app or App(slug=identity.login)

    async def wrote(self, author: Account | None) -> bool:
        """Whether `author` is the bot's account."""
        return author is not None and author.login.casefold() == (await self.login()).casefold()

    async def _cached(self) -> Identity:
        async with self._lock:
            if self._identity is None:
                self._identity = await self.identity()
            return self._identity

    async def identity(self) -> Identity:
        """Fetches the account, without the cache."""
        return await (self._app() if self._app_client.is_app else self._user())

    async def _app(self) -> Identity:
        call = ApiCall("GET", "/app", repeatable=True)
        try:
            answer = await self._app_client.send(call)
        except CallRejected as error:
            raise Refused(
                f"{error}. Check that GITHUB_APP_ID and the private key belong to the same App, and "
                "this machine's clock is right"
            ) from error
        app = read_answer(AppShape, str(call), answer.content)
        slug = _slug(app, str(call))
        return Identity(
            login=f"{slug}[bot]",
            kind="app",
            permissions=dict(app.permissions),
            events=app.events,
            installations=app.installations_count,
            app=_app_ids(app, slug, self._app_client.app or ""),
        )

    async def _user(self) -> Identity:
        call = ApiCall("GET", "/user", repeatable=True)
        try:
            answer = await self._app_client.send(call)
        except CallRejected as error:
            raise Refused(
                f"{error}. GITHUB_TOKEN must be a personal access token that has not expired; for a "
                "GitHub App, set GITHUB_APP_ID and GITHUB_PRIVATE_KEY instead"
            ) from error
        return Identity(login=read_answer(Account, str(call), answer.content).login, kind="user")


def _app_ids(app: AppShape, slug: str, configured: str) -> App:
    """The App's ids: one is configured, the other comes from GitHub."""
    if configured.isdecimal():
        return App(slug=slug, id=int(configured), client_id=app.client_id)
    return App(slug=slug, id=app.id, client_id=configured)


def _slug(app: AppShape, call: str) -> str:
    """The slug, or the last part of the App's page if GitHub omits the slug."""
    slug = app.slug or app.html_url.rstrip("/").rpartition("/")[2]
    if not slug:
        raise Unreadable(call, "slug", "it is missing")
    return slug
