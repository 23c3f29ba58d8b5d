"""Authorised calls of GitHub's REST API, with paging and parsed answers."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from functools import partial
from typing import Any, TypeVar

from githubkit import Response

from bot.core.change import PullRef
from bot.core.errors import Retry
from bot.github.calls import ApiCall, Credential
from bot.github.downloads import TargetFile
from bot.github.failures import CallRejected, Unanswered, Unreadable
from bot.github.installation_tokens import InstallationTokens
from bot.github.pages import Query, read_pages
from bot.github.response_reading import read_answer
from bot.github.transport import GitHubTransport

_NO_CONTENT = 204

T = TypeVar("T")
Body = Mapping[str, Any]


class Api:
    """Every method raises `CallRejected`, `Unreadable`, `Unanswered` or another `Retry` (failures.py)."""

    def __init__(self, transport: GitHubTransport, tokens: InstallationTokens) -> None:
        self._transport = transport
        self._tokens = tokens

    async def read(self, ref: PullRef, path: str, shape: type[T], query: Query | None = None) -> T:
        call = ApiCall("GET", path, query or {}, repeatable=True)
        answer = await self.send(ref, call)
        return read_answer(shape, str(call), answer.content)

    async def write(self, ref: PullRef, path: str, body: Body, shape: type[T]) -> T:
        """Creates a record. The call is sent once: check whether the record exists before sending it again.

        Raises `Unanswered` also if the answer cannot be read: the record may have been created.
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
        """Updates a record; idempotent unless `repeatable` is False.

        GitHub answers with the new record: raises `Unanswered` also if that cannot be read.
        """
        call = ApiCall(method, path, body=body, repeatable=repeatable)
        self._confirm(shape, call, await self.send(ref, call))

    def _confirm(self, shape: type[T], call: ApiCall, answer: Response[Any]) -> T:
        """The parsed answer to a write."""
        try:
            return read_answer(shape, str(call), answer.content)
        except Unreadable as error:
            raise Unanswered(str(error)) from error

    async def delete(self, ref: PullRef, path: str, shape: Any) -> None:
        """Deletes a record; a second call gets a 404. Raises like `update`."""
        call = ApiCall("DELETE", path, repeatable=True, silent=_NO_CONTENT)
        answer = await self.send(ref, call)
        if answer.status_code != _NO_CONTENT:
            self._confirm(shape, call, answer)

    async def pages(
        self, ref: PullRef, path: str, shape: type[T], query: Query | None = None
    ) -> AsyncIterator[T]:
        """The readable items of all pages; each page is fetched on demand."""
        async for page in read_pages(partial(self.send, ref), path, shape, query):
            for item in page.items:
                yield item

    async def send(self, ref: PullRef, call: ApiCall) -> Response[Any]:
        return await self.send_to(ref.repository, ref.installation, call)

    async def send_to(self, repository: str, installation: int | None, call: ApiCall) -> Response[Any]:
        """Sends a call about one repository; finds its installation if that is unknown."""
        return await self.send_for(await self._tokens.installation(repository, installation), call)

    async def send_for(self, installation: int | None, call: ApiCall) -> Response[Any]:
        return await self._authorised(installation, partial(self._transport.send, call))

    async def download(self, ref: PullRef, call: ApiCall, file: TargetFile) -> None:
        """Writes the answer to a read, a gzip file, to a file. Raises `Refused` also if it is too large."""
        installation = await self._tokens.installation(ref.repository, ref.installation)
        await self._authorised(installation, partial(self._transport.download, call, file))

    async def _authorised(self, installation: int | None, send: Callable[[Credential], Awaitable[T]]) -> T:
        """Replaces a token that GitHub rejects, once. Raises `Retry` if the new one is rejected too: all
        tokens of an installation are revoked together, and the revocation may still be in progress.
        """
        credential = await self._tokens.credential(installation)
        try:
            return await send(credential)
        except CallRejected as error:
            if error.status != 401 or not self._tokens.forget(installation, credential):
                raise
        fresh = await self._tokens.credential(installation)
        try:
            return await send(fresh)
        except CallRejected as error:
            if error.status != 401:
                raise
            self._tokens.forget(installation, fresh)
            raise Retry(f"{error} (with a newly created token)") from error
