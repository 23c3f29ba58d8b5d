"""Keys: what goes into the Authorization header. Tokens of installations are made once and kept."""

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from githubkit.auth import AppAuthStrategy

from bot.core.change import PullRef
from bot.core.errors import Refused
from bot.github.credentials import AppCredentials, Credentials, TokenCredentials
from bot.github.failures import Rejected
from bot.github.paths import repository_path
from bot.github.shapes import InstallationShape, TokenShape, read_answer
from bot.github.wire import Call, Wire

_MARGIN = timedelta(minutes=5)  # before a token ends, so that it lasts for what it is given out for


class _Minted(NamedTuple):
    key: str
    until: datetime


class Keys:
    """Makes keys of the operator's credentials."""

    def __init__(self, wire: Wire, credentials: Credentials) -> None:
        self._wire = wire
        self._credentials = credentials
        self._minted: dict[int, _Minted] = {}
        self._minting: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._installations: dict[str, int] = {}

    @property
    def of_app(self) -> bool:
        return isinstance(self._credentials, AppCredentials)

    async def own(self) -> str:
        """Speaks for the App itself, or for the plain token's owner."""
        if isinstance(self._credentials, TokenCredentials):
            return f"Bearer {self._credentials.token}"
        strategy = AppAuthStrategy(self._credentials.app_id, self._credentials.private_key)
        return f"Bearer {await strategy.get_auth_flow(self._wire.github).aget_jwt()}"  # type: ignore[attr-defined]  # it is an AppAuth

    async def of(self, ref: PullRef) -> str:
        """Opens the repository of `ref`. Raises `Refused` where the App is not installed."""
        if not self.of_app:
            return await self.own()
        return await self._key(await self._installation(ref))

    async def forget(self, ref: PullRef, key: str) -> bool:
        """Drops a key that GitHub did not take; False when another cannot be had."""
        if not self.of_app:
            return False
        number = await self._installation(ref)
        known = self._minted.get(number)
        if known and known.key == key:
            del self._minted[number]
        return True

    async def installation_for(self, repository: str) -> int:
        """The installation of the App on a repository. Raises `Refused` where there is none."""
        if not self.of_app:
            raise Refused("a plain token has no installations; set GITHUB_APP_ID and GITHUB_PRIVATE_KEY")
        call = Call("GET", f"{repository_path(repository)}/installation", repeatable=True)
        try:
            answer = await self._wire.send(call, await self.own())
        except Rejected as error:
            if error.status != 404:
                raise
            raise Refused(
                f"the GitHub App is not installed on {repository}; install it there, or check the name"
            ) from error
        return read_answer(InstallationShape, str(call), answer.content).id

    async def _installation(self, ref: PullRef) -> int:
        if ref.installation is not None:
            return ref.installation
        name = ref.repository.casefold()
        if name not in self._installations:
            self._installations[name] = await self.installation_for(ref.repository)
        return self._installations[name]

    async def _key(self, installation: int) -> str:
        async with self._minting[installation]:
            known = self._minted.get(installation)
            if known is None or known.until <= datetime.now(UTC):
                known = self._minted[installation] = await self._mint(installation)
            return known.key

    async def _mint(self, installation: int) -> _Minted:
        call = Call("POST", f"/app/installations/{installation}/access_tokens", repeatable=True)
        try:
            answer = await self._wire.send(call, await self.own())
        except Rejected as error:
            raise Refused(f"{error}. {_advice(error.status)}") from error
        made = read_answer(TokenShape, str(call), answer.content)
        return _Minted(f"Bearer {made.token}", made.expires_at - _MARGIN)


def _advice(status: int) -> str:
    if status == 401:
        return "Check that GITHUB_APP_ID and the private key are of the same App, and this machine's clock"
    if status == 404:
        return "The App is no longer installed there, or GITHUB_APP_ID is another App's"
    return "See whether the App's installation is suspended, and which permissions it was granted"
