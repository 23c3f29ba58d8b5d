"""What is only good to have of GitHub: where it does not come, the bot does without."""

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
    """What `work` brings; `otherwise` where GitHub refuses it, or gives no answer of use. `what` is for the
    log.

    A `Retry` is raised when whoever asks is `patient`, or when it names a moment: at a rate limit everything
    waits.
    """
    try:
        return await work
    except (Refused, Retry) as error:
        if not is_final(error, patient=patient):
            raise
        log.warning("done without", what=what, on=str(ref), reason=str(error))
        return otherwise


async def readable(
    items: AsyncIterator[T], *, what: str, ref: PullRef, patient: bool = False
) -> AsyncIterator[T]:
    """Those of a list that can be had. One of which none can raises, and so do waits as in `best_effort`."""
    begun = False
    try:
        async for item in items:
            begun = True
            yield item
    except (Refused, Retry) as error:
        if not begun or not is_final(error, patient=patient):
            raise
        log.warning("the rest of a list is done without", what=what, on=str(ref), reason=str(error))
