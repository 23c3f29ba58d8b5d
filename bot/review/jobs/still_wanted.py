"""Whether a review that is being made is still wanted: people go on working on the pull request meanwhile."""

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
    """Nothing more is to be asked or posted. `declined` is why the review is passed over; None: the pull
    request was closed.
    """

    def __init__(self, pull: Pull, declined: SkipDecision | None) -> None:
        super().__init__(declined.reason if declined else CLOSED)
        self.pull = pull
        self.declined = declined


class StillWanted:
    """Looks at the pull request again, for one review."""

    def __init__(
        self, forge: Forge, policy: TriggerPolicy, task: Task, pull: Pull, effective: EffectiveConfig
    ) -> None:
        self._forge = forge
        self._policy = policy
        self._task = task
        self._pull = pull
        self._effective = effective

    async def check(self) -> None:
        """One read. That GitHub cannot be asked now is no reason to stop.

        Raises:
            NotWanted: the pull request was closed meanwhile, or is one that is passed over now.
            Retry: it has another head, or goes to another branch.
        """
        now = await look(self._forge, self._pull.ref)
        if now is None:
            return
        if self._pull.open and not now.open:
            raise NotWanted(now, None)
        if (now.head, now.base) != (self._pull.head, self._pull.base):
            raise Retry(f"{now.ref} has changed while it was reviewed", after=1)
        declined = self._policy.stops(self._task, now, self._effective)
        if declined:
            raise NotWanted(now, declined)


async def look(forge: Forge, ref: PullRef) -> Pull | None:
    """The pull request as it is now; None when that cannot be read."""
    try:
        return await forge.pull(ref)
    except (Retry, Refused) as error:
        log.warning("pull_recheck_failed", pull=str(ref), reason=str(error))
        return None
