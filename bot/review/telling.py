"""Says on the pull request what becomes of a job that does not come to its review, or not yet."""

from datetime import datetime

import structlog

from bot.core.change import Pull, PullRef
from bot.core.commands import Command, understand
from bot.core.errors import Refused, Retry
from bot.core.jobs import REVIEWS, Cause, Job, State, Task
from bot.review.ports import Forge, Traces
from bot.review.publisher import Publisher
from bot.review.talk import Talk

log = structlog.get_logger()


class Telling:
    def __init__(self, forge: Forge, publisher: Publisher, talk: Talk, traces: Traces) -> None:
        self._forge = forge
        self._publisher = publisher
        self._talk = talk
        self._traces = traces

    async def end(self, job: Job, state: State, reason: str, *, again: bool = False) -> None:
        """Says that there will be no review, or no answer, and why; and whether to ask for it `again`.

        Raises `Retry` when that cannot be said now. Where GitHub will not take it, there is nobody to tell.
        """
        try:
            if _speaks(job.task):
                await self._talk.fail(job.task, reason)
                return
            pull = await self._forge.pull(job.task.pull)
            if state is State.CANCELLED or not _is_asked_for(job.task):
                await self._publisher.withdraw(pull, reason)
            else:
                await self._publisher.fail(pull, reason, again=again)
            await self._publisher.settle_others(pull)
        except Refused as error:
            log.warning("nothing can be said on the pull request", reason=str(error))

    async def wait(self, job: Job, reason: str, due: datetime) -> None:
        """Says what the review waits for, once a reader has been told that there will be one."""
        pull = await self._reachable(job.task.pull)
        if pull and await self._is_announced(pull, pull.head) and not _speaks(job.task):
            await self._publisher.wait(pull, reason, due)

    async def supersede(self, job: Job) -> None:
        """Says that the review of the job's head was stopped for a newer one."""
        head = job.task.head
        pull = await self._reachable(job.task.pull)
        if pull and head and head != pull.head and await self._is_announced(pull, head):
            await self._publisher.supersede(pull.model_copy(update={"head": head}), pull.head)

    async def _is_announced(self, pull: Pull, head: str) -> bool:
        return head in await self._traces.announced(pull.ref)

    async def _reachable(self, ref: PullRef) -> Pull | None:
        """The pull request, if it can be read: the trouble that is to be told may be that it cannot."""
        try:
            return await self._forge.pull(ref)
        except (Retry, Refused) as error:
            log.warning("nothing can be said on the pull request", reason=str(error))
            return None


def _is_asked_for(task: Task) -> bool:
    """Whether a reader expects a review, without having been told that there will be one."""
    return task.cause in REVIEWS or task.cause is Cause.COMMAND


def _speaks(task: Task) -> bool:
    """Whether what comes of a job stands in a comment of its own, not in the summary and the check."""
    if task.cause is not Cause.COMMAND:
        return False
    command = understand(task.command)
    return not (isinstance(command, Command) and command.is_whole_review)
