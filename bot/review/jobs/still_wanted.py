"""Checks whether a review in progress is still wanted: the pull request may change in the meantime."""

import structlog

from bot.core.change import Pull, PullRef
from bot.core.config import EffectiveConfig
from bot.core.errors import BotError, Refused, Retry
from bot.core.jobs import Task
from bot.review.policy.triggers import SkipDecision, TriggerPolicy
from bot.review.ports import Forge

log = structlog.get_logger()

CLOSED = "the pull request was closed"


class NotWanted(BotError):
    """The review must stop. `declined` is the reason to skip it; None: the pull request was closed."""

    def __init__(self, pull: Pull, declined: SkipDecision | None) -> None:
        super().__init__(declined.reason if declined else CLOSED)
        self.pull = pull
        self.declined = declined


class StillWanted:
    """Fetches the pull request again during one review."""

    def __init__(
        self, forge: Forge, policy: TriggerPolicy, task: Task, pull: Pull, effective: EffectiveConfig
    ) -> None:
        self._forge = forge
        self._policy = policy
        self._task = task
        self._pull = pull
        self._effective = effective

    async def check(self) -> None:
        """Fetches the pull request once. A review continues while GitHub is unreachable.

        Raises:
            NotWanted: the pull request was closed, or is to be skipped now.
            Retry: its head or its base has changed.
        """
        now = await fetch_if_possible(self._forge, self._pull.ref)
        if now is None:
            return
        if self._pull.open and not now.open:
            raise NotWanted(now, None)
        if (now.head, now.base) != (self._pull.head, self._pull.base):
            raise Retry(f"{now.ref} changed during its review", after=1)
        declined = self._policy.stops(self._task, now, self._effective)
        if declined:
            raise NotWanted(now, declined)


async def fetch_if_possible(forge: Forge, ref: PullRef) -> Pull | None:
    """The present pull request; None when it cannot be read."""
    try:
        return await forge.pull(ref)
    except (Retry, Refused) as error:
        log.warning("pull_recheck_failed", pull=str(ref), reason=str(error))
        return None
