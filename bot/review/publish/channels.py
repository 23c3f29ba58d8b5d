"""Isolates the channels of a pull request: a failure on one does not stop the others.

Every refusal disables a channel. On a job's last attempt a temporary failure does so, too. A rate limit never
does.
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
    """The state of a pull request's channels while something is posted there.

    `patient`: the job will be retried, so wait for temporary failures. `shut`: the channels already disabled.
    """

    def __init__(self, ref: PullRef, *, patient: bool, shut: tuple[DisabledChannel, ...] = ()) -> None:
        self._ref = ref
        self.patient = patient
        self._shut = {disabled.channel: disabled for disabled in shut}
        self._waits: list[Retry] = []

    @property
    def shut(self) -> tuple[DisabledChannel, ...]:
        """The disabled channels, each with its first error."""
        return tuple(self._shut.values())

    def is_shut(self, channel: Channel) -> bool:
        return shut_of(self.shut, channel) is not None

    async def attempt(self, channel: Channel, work: Awaitable[T], otherwise: T) -> T:
        """The result of `work`; `otherwise` if the channel fails now or for good."""
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
        """Raises the longest `Retry` so far. Call it last, after all other channels."""
        if self._waits:
            raise max(self._waits, key=lambda wait: wait.after or 0)
