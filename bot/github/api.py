"""GitHub's API as the rest of this room uses it: authorised, paged, and read into shapes."""

from collections.abc import AsyncIterator, Mapping
from functools import partial
from typing import Any, TypeVar

from githubkit import Response

from bot.core.change import PullRef
from bot.core.errors import Retry
from bot.github.failures import CallRejected, Unanswered, Unreadable
from bot.github.installation_tokens import InstallationTokens
from bot.github.pages import Query, read_pages
from bot.github.response_reading import read_answer
from bot.github.transport import ApiCall, GitHubTransport

_NO_CONTENT = 204

T = TypeVar("T")
Body = Mapping[str, Any]


class Api:
    """Every method raises `CallRejected`, `Unreadable`, `Unanswered` or another `Retry` (failures.py)."""

    def __init__(self, wire: GitHubTransport, keys: InstallationTokens) -> None:
        self._wire = wire
        self._keys = keys

    async def read(self, ref: PullRef, path: str, shape: type[T], query: Query | None = None) -> T:
        call = ApiCall("GET", path, query or {}, repeatable=True)
        answer = await self.send(ref, call)
        return read_answer(shape, str(call), answer.content)

    async def write(self, ref: PullRef, path: str, body: Body, shape: type[T]) -> T:
        """Creates something. It is sent once: look whether it is there before sending it again.

        Raises `Unanswered` also where the answer cannot be read: what was asked for may have been done.
        """
        call = ApiCall("POST", path, body=body)
        return self._confirm(shape, call, await self.send(ref, call))

    async def update(
        self,
        ref: PullRef,
        path: str,
        body: Body,
        shape: Any,
        method: str = "PATCH",
        *,
        repeatable: bool = True,
    ) -> None:
        """Changes what is there to what `body` says; twice is as good as once, unless it is not `repeatable`.
        GitHub answers with what is there then: raises `Unanswered` also where that cannot be read.
        """
        call = ApiCall(method, path, body=body, repeatable=repeatable)
        self._confirm(shape, call, await self.send(ref, call))

    def _confirm(self, shape: type[T], call: ApiCall, answer: Response[Any]) -> T:
        """What a write was answered with."""
        try:
            return read_answer(shape, str(call), answer.content)
        except Unreadable as error:
            raise Unanswered(str(error)) from error

    async def delete(self, ref: PullRef, path: str, shape: Any) -> None:
        """Takes away what is there; the second time there is nothing left to take, which is a 404. Raises
        like `update`.
        """
        call = ApiCall("DELETE", path, repeatable=True, silent=_NO_CONTENT)
        answer = await self.send(ref, call)
        if answer.status_code != _NO_CONTENT:
            self._confirm(shape, call, answer)

    async def pages(
        self, ref: PullRef, path: str, shape: type[T], query: Query | None = None
    ) -> AsyncIterator[T]:
        """The items of all pages that can be read, each page fetched when it is needed."""
        async for page in read_pages(partial(self.send, ref), path, shape, query):
            for item in page.items:
                yield item

    async def send(self, ref: PullRef, call: ApiCall) -> Response[Any]:
        return await self.send_to(ref.repository, ref.installation, call)

    async def send_to(self, repository: str, installation: int | None, call: ApiCall) -> Response[Any]:
        """Sends what concerns one repository; its installation is looked for where it is not known."""
        return await self.send_for(await self._keys.installation(repository, installation), call)

    async def send_for(self, installation: int | None, call: ApiCall) -> Response[Any]:
        """A token that GitHub does not take any more is replaced once. `Retry` when the next is not taken
        either: tokens are revoked in one go, and whoever revokes them may not have finished.
        """
        key = await self._keys.key(installation)
        try:
            return await self._wire.send(call, key)
        except CallRejected as error:
            if error.status != 401 or not self._keys.forget(installation, key):
                raise
        fresh = await self._keys.key(installation)
        try:
            return await self._wire.send(call, fresh)
        except CallRejected as error:
            if error.status != 401:
                raise
            self._keys.forget(installation, fresh)
            raise Retry(f"{error}, although the token is new") from error
