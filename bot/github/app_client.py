"""Calls on behalf of the App itself, or of the owner of a personal access token."""

from typing import Any

import jwt
from githubkit import Response

from bot.github.calls import ApiCall, Credential
from bot.github.clock import Clock
from bot.github.credentials import AppCredentials, Credentials, TokenCredentials
from bot.github.failures import CallRejected
from bot.github.transport import GitHubTransport

_BACKDATED = 60  # seconds; GitHub rejects a JSON web token issued in its future
_LIFETIME = 600  # seconds; the longest lifetime that GitHub accepts


class AppClient:
    """Signs each call of an App with its private key, by GitHub's clock."""

    def __init__(self, transport: GitHubTransport, credentials: Credentials) -> None:
        self.clock = Clock()
        self._transport = transport
        self._credentials = credentials

    @property
    def is_app(self) -> bool:
        return isinstance(self._credentials, AppCredentials)

    @property
    def app(self) -> str | None:
        """The App's id, or its client id."""
        return self._credentials.app_id if isinstance(self._credentials, AppCredentials) else None

    def credential(self) -> Credential:
        if isinstance(self._credentials, TokenCredentials):
            return Credential(f"Bearer {self._credentials.token}", "github user")
        return Credential(f"Bearer {self._sign(self._credentials)}", "github app")

    async def send(self, call: ApiCall) -> Response[Any]:
        """Signs again by GitHub's clock if GitHub rejects a signature because the clocks differ.

        Raises like `GitHubTransport.send`.
        """
        ahead = self.clock.ahead
        try:
            return await self._transport.send(call, self.credential())
        except CallRejected as error:
            if error.status != 401 or not self.is_app:
                raise
            self.clock.learn(error.date)
            if self.clock.ahead == ahead:  # another call may have corrected the clock meanwhile
                raise
        return await self._transport.send(call, self.credential())

    def _sign(self, credentials: AppCredentials) -> str:
        issued = int(self.clock.now().timestamp()) - _BACKDATED
        claims = {"iss": credentials.app_id, "iat": issued, "exp": issued + _LIFETIME}
        return jwt.encode(claims, credentials.key, algorithm="RS256")
