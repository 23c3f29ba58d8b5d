"""Keeps what is refused on one channel from ending the others.

Here alone is decided what shuts a channel: every refusal does, and when a job is tried for the last time, so
does an answer of GitHub's that is of no use. A rate limit never does.
"""

from collections.abc import Awaitable
from typing import TypeVar

import structlog

from bot.core.change import PullRef
from bot.core.channels import Channel, DisabledChannel, shut_of
from bot.core.errors import Refused, Retry, is_final

T = TypeVar("T")

log = structlog.get_logger()


class Channels:
    """What becomes of the channels to one pull request while something is told there.

    `patient`: the job will be tried again, so that what may pass is waited for. `shut` is what was shut
    before.
    """

    def __init__(self, ref: PullRef, *, patient: bool, shut: tuple[DisabledChannel, ...] = ()) -> None:
        self._ref = ref
        self.patient = patient
        self._shut = {one.channel: one for one in shut}
        self._waits: list[Retry] = []

    @property
    def shut(self) -> tuple[DisabledChannel, ...]:
        """Each channel once, with what was said first."""
        return tuple(self._shut.values())

    def is_shut(self, channel: Channel) -> bool:
        return shut_of(self.shut, channel) is not None

    async def attempt(self, channel: Channel, work: Awaitable[T], otherwise: T) -> T:
        """What `work` returns; `otherwise` where the channel is shut, or must be waited for."""
        try:
            return await work
        except Refused as error:
            self.close(channel, error)
        except Retry as error:
            if is_final(error, patient=self.patient):
                self.close(channel, error)
            else:
                log.info("channel_deferred", channel=channel.value, reason=str(error))
                self._waits.append(error)
        return otherwise

    def close(self, channel: Channel, error: Refused | Retry) -> None:
        log.warning("channel_disabled", channel=channel.value, on=str(self._ref), reason=str(error))
        self._shut.setdefault(channel, DisabledChannel.by(channel, error))

    def wait(self) -> None:
        """Raises the longest `Retry` that was met: everything else has been told by then."""
        if self._waits:
            raise max(self._waits, key=lambda wait: wait.after or 0)
