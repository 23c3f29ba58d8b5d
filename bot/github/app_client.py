"""The bot's own voice: calls in the name of the App itself, or of the plain token's owner."""

from typing import Any

import jwt
from githubkit import Response

from bot.github.clock import Clock
from bot.github.credentials import AppCredentials, Credentials, TokenCredentials
from bot.github.failures import CallRejected
from bot.github.transport import ApiCall, Credential, GitHubTransport

_BEFORE = 60  # seconds; a JSON web token that begins in GitHub's future is not taken
_LIFE = 600  # seconds; nor is one that lasts longer


class AppClient:
    """An App signs each call with its private key, by GitHub's time."""

    def __init__(self, wire: GitHubTransport, credentials: Credentials) -> None:
        self.clock = Clock()
        self._wire = wire
        self._credentials = credentials

    @property
    def of_app(self) -> bool:
        return isinstance(self._credentials, AppCredentials)

    @property
    def app(self) -> str | None:
        """The App's id, or its client id."""
        return self._credentials.app_id if isinstance(self._credentials, AppCredentials) else None

    def key(self) -> Credential:
        if isinstance(self._credentials, TokenCredentials):
            return Credential(f"Bearer {self._credentials.token}", "github user")
        return Credential(f"Bearer {self._sign(self._credentials)}", "github app")

    async def send(self, call: ApiCall) -> Response[Any]:
        """Where GitHub takes no signature because the clocks differ, it is signed once more by GitHub's.

        Raises like `GitHubTransport.send`.
        """
        ahead = self.clock.ahead
        try:
            return await self._wire.send(call, self.key())
        except CallRejected as error:
            if error.status != 401 or not self.of_app:
                raise
            self.clock.learn(error.date)
            if self.clock.ahead == ahead:  # another call may have put the clock right meanwhile
                raise
        return await self._wire.send(call, self.key())

    def _sign(self, credentials: AppCredentials) -> str:
        issued = int(self.clock.now().timestamp()) - _BEFORE
        claims = {"iss": credentials.app_id, "iat": issued, "exp": issued + _LIFE}
        return jwt.encode(claims, credentials.key, algorithm="RS256")
