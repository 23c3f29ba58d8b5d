"""Optional requests to GitHub, without whose results the bot continues."""

from collections.abc import AsyncIterator, Awaitable
from typing import TypeVar

import structlog

from bot.core.change import PullRef
from bot.core.errors import Refused, Retry, is_final

T = TypeVar("T")

log = structlog.get_logger()


async def best_effort(
    work: Awaitable[T], otherwise: T, *, what: str, ref: PullRef, patient: bool = False
) -> T:
    """The result of `work`; `otherwise` if GitHub refuses it or fails. `what` is for the log.

    Raises `Retry` if the caller is `patient` or the error names a retry time: a rate limit concerns all
    requests.
    """
    try:
        return await work
    except (Refused, Retry) as error:
        if not is_final(error, patient=patient):
            raise
        log.warning("optional_request_failed", what=what, on=str(ref), reason=str(error))
        return otherwise


async def readable(
    items: AsyncIterator[T], *, what: str, ref: PullRef, patient: bool = False
) -> AsyncIterator[T]:
    """The items of a list up to the first failure. Raises if the first item fails, and `Retry` as in
    `best_effort`.
    """
    begun = False
    try:
        async for item in items:
            begun = True
            yield item
    except (Refused, Retry) as error:
        if not begun or not is_final(error, patient=patient):
            raise
        log.warning("list_truncated", what=what, on=str(ref), reason=str(error))
