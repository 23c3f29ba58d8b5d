"""Access tokens of the App's installations, created on demand and cached."""

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.core.errors import Refused
from bot.github.app_client import AppClient
from bot.github.calls import ApiCall, Credential
from bot.github.failures import CallRejected
from bot.github.paths import repository_path
from bot.github.response_reading import read_answer
from bot.github.shapes import InstallationShape, TokenShape

_MARGIN = timedelta(minutes=5)  # before expiry, so that a token lasts for the call that it is used for


class NotInstalled(Refused):
    """The App is not installed on a repository."""


class _CreatedToken(NamedTuple):
    credential: Credential
    until: datetime


class InstallationTokens:
    """Caches one token per installation. A personal access token, without installations, serves all
    repositories.
    """

    def __init__(self, app_client: AppClient) -> None:
        self._app_client = app_client
        self._cached: dict[int, _CreatedToken] = {}
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._installations: dict[str, int] = {}

    async def credential(self, installation: int | None) -> Credential:
        """The credential of an installation. Raises `Refused` if the App is not installed, or may not act."""
        if installation is None:
            return self._app_client.credential()
        async with self._locks[installation]:
            token = self._cached.get(installation)
            if token is None or token.until <= self._app_client.clock.now():
                token = self._cached[installation] = await self._create(installation)
            return token.credential

    def forget(self, installation: int | None, credential: Credential) -> bool:
        """Drops a credential that GitHub rejected; False if no other can be created."""
        if installation is None:
            return False
        token = self._cached.get(installation)
        if token and token.credential == credential:
            del self._cached[installation]
        return True

    async def installation(self, repository: str, known: int | None) -> int | None:
        """The installation of a repository: `known`, if a delivery named it, or looked up. None with a
        personal access token.
        """
        if not self._app_client.is_app:
            return None
        if known is not None:
            return known
        name = repository.casefold()
        if name not in self._installations:
            self._installations[name] = await self.installation_for(repository)
        return self._installations[name]

    async def installation_for(self, repository: str) -> int:
        """The installation of the App on a repository. Raises `Refused` if there is none."""
        if not self._app_client.is_app:
            raise Refused(
                "a personal access token has no installations; set GITHUB_APP_ID and GITHUB_PRIVATE_KEY"
            )
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

    async def _create(self, installation: int) -> _CreatedToken:
        call = ApiCall("POST", f"/app/installations/{installation}/access_tokens", repeatable=True)
        try:
            answer = await self._app_client.send(call)
        except CallRejected as error:
            raise Refused(str(error) if error.advice else f"{error}. {_advice(error.status)}") from error
        created = read_answer(TokenShape, str(call), answer.content)
        credential = Credential(f"Bearer {created.token}", f"github installation {installation}")
        return _CreatedToken(credential, created.expires_at - _MARGIN)


def _advice(status: int) -> str:
    if status == 401:
        return (
            "Check that GITHUB_APP_ID and the private key belong to the same App, and this machine's clock "
            "is right"
        )
    if status == 404:
        return "The App is no longer installed there, or GITHUB_APP_ID belongs to another App: check both"
    return "Check whether the App's installation is suspended, and which permissions it has"
