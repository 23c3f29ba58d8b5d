"""What is only good to have of GitHub. Where it does not come, a job does without.

This and `Channels` are how a job treats all that it can do without: neither an answer that nobody can read
nor a server that fails for good costs more than a refusal does.
"""

from collections.abc import Awaitable
from typing import TypeVar

import structlog

from bot.core.change import PullRef
from bot.core.errors import Refused, Retry, is_final

T = TypeVar("T")

log = structlog.get_logger()


async def optional(work: Awaitable[T], otherwise: T, *, what: str, ref: PullRef, patient: bool) -> T:
    """What `work` brings; `otherwise` where it is refused, or fails and the job is not tried again. `what` is
    for the log.

    Raises `Retry` when the job is `patient`, and at a rate limit.
    """
    try:
        return await work
    except (Refused, Retry) as error:
        if not is_final(error, patient=patient):
            raise
        log.warning("done without", what=what, on=str(ref), reason=str(error))
        return otherwise
