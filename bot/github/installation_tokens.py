"""Keys: what opens repositories. Tokens of installations are made once and kept."""

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.core.errors import Refused
from bot.github.app_client import AppClient
from bot.github.failures import CallRejected
from bot.github.paths import repository_path
from bot.github.response_reading import read_answer
from bot.github.shapes import InstallationShape, TokenShape
from bot.github.transport import ApiCall, Credential

_MARGIN = timedelta(minutes=5)  # before a token ends, so that it lasts for what it is given out for


class NotInstalled(Refused):
    """The App is not installed on a repository."""


class _CreatedToken(NamedTuple):
    key: Credential
    until: datetime


class InstallationTokens:
    """The keys to repositories, each by its installation; the plain token, which has none, opens all."""

    def __init__(self, app_client: AppClient) -> None:
        self._app_client = app_client
        self._minted: dict[int, _CreatedToken] = {}
        self._minting: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._installations: dict[str, int] = {}

    async def key(self, installation: int | None) -> Credential:
        """Raises `Refused` where the App is not installed, or may not act."""
        if installation is None:
            return self._app_client.key()
        async with self._minting[installation]:
            known = self._minted.get(installation)
            if known is None or known.until <= self._app_client.clock.now():
                known = self._minted[installation] = await self._mint(installation)
            return known.key

    def forget(self, installation: int | None, key: Credential) -> bool:
        """Drops a key that GitHub did not take; False when another cannot be had."""
        if installation is None:
            return False
        known = self._minted.get(installation)
        if known and known.key == key:
            del self._minted[installation]
        return True

    async def installation(self, repository: str, known: int | None) -> int | None:
        """The one that opens a repository, which a delivery may have named; None with a plain token."""
        if not self._app_client.of_app:
            return None
        if known is not None:
            return known
        name = repository.casefold()
        if name not in self._installations:
            self._installations[name] = await self.installation_for(repository)
        return self._installations[name]

    async def installation_for(self, repository: str) -> int:
        """The installation of the App on a repository. Raises `Refused` where there is none."""
        if not self._app_client.of_app:
            raise Refused("a plain token has no installations; set GITHUB_APP_ID and GITHUB_PRIVATE_KEY")
        call = ApiCall("GET", f"{repository_path(repository)}/installation", repeatable=True)
        try:
            answer = await self._app_client.send(call)
        except CallRejected as error:
            if error.status != 404:
                raise
            raise NotInstalled(
                f"the GitHub App is not installed on {repository}; install it there, or check the name"
            ) from error
        return read_answer(InstallationShape, str(call), answer.content).id

    async def _mint(self, installation: int) -> _CreatedToken:
        call = ApiCall("POST", f"/app/installations/{installation}/access_tokens", repeatable=True)
        try:
            answer = await self._app_client.send(call)
        except CallRejected as error:
            raise Refused(str(error) if error.advice else f"{error}. {_advice(error.status)}") from error
        made = read_answer(TokenShape, str(call), answer.content)
        key = Credential(f"Bearer {made.token}", f"github installation {installation}")
        return _CreatedToken(key, made.expires_at - _MARGIN)


def _advice(status: int) -> str:
    if status == 401:
        return "Check that GITHUB_APP_ID and the private key are of the same App, and this machine's clock"
    if status == 404:
        return "The App is no longer installed there, or GITHUB_APP_ID is another App's"
    return "See whether the App's installation is suspended, and which permissions it was granted"
