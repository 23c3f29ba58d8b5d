"""Says on the pull request what becomes of a job that does not come to its review, or not yet."""

from datetime import datetime

import structlog

from bot.core.change import Pull, PullRef
from bot.core.channels import Channel
from bot.core.commands import Command, understand
from bot.core.errors import Refused, Retry
from bot.core.jobs import IN_QUEUE, REVIEWS, Cause, Job, JobState, Task
from bot.core.rendering import render_check_failure
from bot.review.jobs.check_reruns import Reruns
from bot.review.jobs.merge_queue import MergeQueue
from bot.review.jobs.review_job import is_reviewed
from bot.review.ports import Forge, PublishedState, Records
from bot.review.publish.channels import Channels
from bot.review.publish.publisher import Publisher
from bot.review.publish.replies import Replies

log = structlog.get_logger()


class StatusNotices:
    def __init__(
        self,
        forge: Forge,
        publisher: Publisher,
        replies: Replies,
        queue: MergeQueue,
        reruns: Reruns,
        *,
        published: PublishedState,
        records: Records,
    ) -> None:
        self._forge = forge
        self._publisher = publisher
        self._replies = replies
        self._queue = queue
        self._reruns = reruns
        self._published = published
        self._records = records

    async def end(self, job: Job, state: JobState, reason: str, *, again: bool = False) -> None:
        """Says that there will be no review, or no answer, and why; and whether to ask for it `again`.

        Raises `Retry` when some of that cannot be said now; the rest has been said then. Where GitHub will
        not take it, there is nobody to tell.
        """
        channels = Channels(job.task.pull, patient=True)
        if job.task.cause in IN_QUEUE:
            await channels.attempt(Channel.CHECK, self._queue.give_up(job, reason), None)
            channels.wait()
            return
        if job.task.cause is Cause.COMMAND:
            await channels.attempt(Channel.COMMENT, self._replies.fail(job.task, reason), None)
        if not _speaks(job.task):
            await channels.attempt(Channel.COMMENT, self._end_review(job, state, reason, again=again), None)
        channels.wait()

    async def wait(self, job: Job, reason: str, due: datetime) -> None:
        """Says what the review waits for, once a reader has been told that there will be one."""
        if job.task.cause in IN_QUEUE:
            return
        pull = await self._reachable(job.task.pull)
        if pull and await self._is_announced(pull, pull.head) and not _speaks(job.task):
            await self._publisher.wait(pull, reason, due)

    async def supersede(self, job: Job) -> None:
        """Says that the review of the job's head was stopped for a newer one."""
        head = job.task.head
        pull = await self._reachable(job.task.pull)
        if pull and head and head != pull.head and await self._is_announced(pull, head):
            await self._publisher.supersede(pull.model_copy(update={"head": head}), pull.head)

    async def _end_review(self, job: Job, state: JobState, reason: str, *, again: bool) -> None:
        """In the summary comment and the check of the head; but the review that a head has, stands."""
        pull = await self._reachable(job.task.pull) or await self._unread(job.task)
        if pull is None:
            return
        ended = job.task.cause is Cause.RERUN and await self._reruns.end_again(job.task)
        if not pull.ref.is_known:
            await self._end_check(pull, reason, ended=ended, again=again)
            return
        if is_reviewed(await self._records.latest(pull.ref), job, pull.head):
            await self._publisher.restore(pull, reason)
        elif ended:
            log.info("check_unchanged", reason=reason)
        elif state is JobState.CANCELLED or not _is_asked_for(job.task):
            await self._publisher.withdraw(pull, reason)
        elif job.task.cause is not Cause.COMMAND or await self._is_announced(pull, pull.head):
            await self._publisher.fail(pull, reason, again=again)
        await self._publisher.settle_others(pull)

    async def _end_check(self, pull: Pull, reason: str, *, ended: bool, again: bool) -> None:
        """Of a commit whose pull request is not known there is nothing but the check."""
        if not ended:
            await self._forge.put_check(pull.ref, pull.head, render_check_failure(reason, again=again))

    async def _is_announced(self, pull: Pull, head: str) -> bool:
        return head in await self._published.announced(pull.ref)

    async def _reachable(self, ref: PullRef) -> Pull | None:
        """The pull request, if it can be read: the trouble that is to be told may be that it cannot."""
        try:
            return await self._forge.pull(ref)
        except (Retry, Refused) as error:
            log.warning("pull_unreadable", reason=str(error))
            return None

    async def _unread(self, task: Task) -> Pull | None:
        """What is known of a pull request without GitHub: the head that was announced last, or that the
        delivery spoke of. None: nothing was said of any.
        """
        announced = await self._published.announced(task.pull)
        head = announced[-1] if announced else task.head
        if head is None:
            return None
        return Pull(ref=task.pull, title="", body="", author="", base="", origin="", head=head, url="")


def _is_asked_for(task: Task) -> bool:
    """Whether a reader expects a review, without having been told that there will be one."""
    return task.cause in REVIEWS or task.cause in (Cause.COMMAND, Cause.RERUN)


def _speaks(task: Task) -> bool:
    """Whether what comes of a job stands in a comment of its own, not in the summary and the check."""
    if task.cause is not Cause.COMMAND:
        return False
    command = understand(task.command)
    return not (isinstance(command, Command) and command.is_whole_review)
