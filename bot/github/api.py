"""GitHub's API as the rest of this room uses it: authorised, paged, and read into shapes."""

from collections.abc import AsyncIterator, Mapping
from typing import Any, TypeVar

from githubkit import Response

from bot.core.change import PullRef
from bot.github.failures import Rejected
from bot.github.keys import Keys
from bot.github.shapes import read_answer
from bot.github.wire import Call, Wire

PAGE = 100  # the most items that GitHub puts on a page

T = TypeVar("T")
Query = Mapping[str, str | int]
Body = Mapping[str, Any]


class Api:
    """Every method raises `Rejected`, `Unanswered` or another `Retry` (bot/github/failures.py)."""

    def __init__(self, wire: Wire, keys: Keys) -> None:
        self._wire = wire
        self._keys = keys

    async def read(self, ref: PullRef, path: str, shape: type[T], query: Query | None = None) -> T:
        call = Call("GET", path, query or {}, repeatable=True)
        answer = await self.send(ref, call)
        return read_answer(shape, str(call), answer.content)

    async def write(self, ref: PullRef, path: str, body: Body, shape: type[T]) -> T:
        """Creates something. It is sent once: look whether it is there before sending it again."""
        call = Call("POST", path, body=body)
        answer = await self.send(ref, call)
        return read_answer(shape, str(call), answer.content)

    async def update(self, ref: PullRef, path: str, body: Body, method: str = "PATCH") -> None:
        """Changes what is there to what `body` says; twice is as good as once."""
        await self.send(ref, Call(method, path, body=body, repeatable=True))

    async def pages(
        self, ref: PullRef, path: str, shape: type[T], query: Query | None = None
    ) -> AsyncIterator[T]:
        """The items of all pages, each page fetched when it is needed."""
        page, more = 1, True
        while more:
            call = Call("GET", path, {**(query or {}), "per_page": PAGE, "page": page}, repeatable=True)
            answer = await self.send(ref, call)
            items = read_answer(list[shape], str(call), answer.content)  # type: ignore[valid-type]  # a type at run time
            for item in items:
                yield item
            page, more = page + 1, _has_next(answer, len(items))

    async def send(self, ref: PullRef, call: Call) -> Response[Any]:
        """A token that GitHub does not take any more is replaced once."""
        key = await self._keys.of(ref)
        try:
            return await self._wire.send(call, key)
        except Rejected as error:
            if error.status != 401 or not await self._keys.forget(ref, key):
                raise
        return await self._wire.send(call, await self._keys.of(ref))


def _has_next(answer: Response[Any], items: int) -> bool:
    """The links' addresses are not followed: a token is sent to the configured server only."""
    links = answer.raw_response.links
    return "next" in links if links else items == PAGE
