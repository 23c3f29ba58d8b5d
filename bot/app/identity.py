"""The bot's identity on GitHub, by which people mention it."""

import asyncio

import structlog

from bot.core.errors import BotError
from bot.github import GitHubForge
from bot.github.webhooks import Triggers
from bot.settings import Settings

log = structlog.get_logger()

PAUSE = 15.0  # seconds between attempts


class BotIdentity:
    """Fetched after the start, so that the server starts without GitHub; it is ready once this is known."""

    def __init__(self, settings: Settings, github: GitHubForge) -> None:
        self._settings = settings
        self._github = github
        self._login: str | None = None
        self._is_app = False

    async def fetch(self) -> None:
        """Fetches the identity unless it is known. Raises `BotError` when the credentials do not work."""
        if self._login is None:
            identity = await self._github.whoami()
            self._login, self._is_app = identity.login, identity.kind == "app"
            log.info("github_identity_known", login=identity.login, kind=identity.kind)

    async def keep_fetching(self) -> None:
        """Retries until the identity is known."""
        while True:
            try:
                return await self.fetch()
            except BotError as error:
                log.warning("github_identity_unknown", reason=str(error))
            await asyncio.sleep(PAUSE)

    def triggers(self) -> Triggers:
        """How people address the bot, as known now."""
        settings = self._settings
        mention = self._login.removesuffix("[bot]") if self._login and self._is_app else None
        return Triggers(
            phrases=settings.trigger_phrase,
            name=settings.bot_name or mention,
            own_login=self._login if self._is_app else None,
            own_app=settings.github_app_id,
        )
