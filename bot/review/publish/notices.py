"""Posts notices on the pull request about jobs that end without a review, or wait."""

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
        """Posts why there is no review or no answer; `again` suggests requesting it again.

        Raises `Retry` when some of it cannot be posted now, after posting the rest. Ignores what GitHub
        refuses. A reply that could not be learned is read again at the next review.
        """
        if job.task.cause is Cause.REPLIED:
            return
        channels = Channels(job.task.pull, patient=True)
        if job.task.cause in IN_QUEUE:
            await channels.attempt(Channel.CHECK, self._queue.give_up(job, reason), None)
            channels.wait()
            return
        if job.task.cause is Cause.COMMAND:
            await channels.attempt(Channel.COMMENT, self._replies.fail(job.task, reason), None)
        if not _has_own_comment(job.task):
            await channels.attempt(Channel.COMMENT, self._end_review(job, state, reason, again=again), None)
        channels.wait()

    async def wait(self, job: Job, reason: str, due: datetime) -> None:
        """Posts what the review waits for, if the review was announced."""
        if job.task.cause in IN_QUEUE or job.task.cause is Cause.REPLIED:
            return
        pull = await self._reachable(job.task.pull)
        if pull and await self._is_announced(pull, pull.head) and not _has_own_comment(job.task):
            await self._publisher.wait(pull, reason, due)

    async def supersede(self, job: Job) -> None:
        """Posts that a newer head superseded the review of the job's head."""
        head = job.task.head
        pull = await self._reachable(job.task.pull)
        if pull and head and head != pull.head and await self._is_announced(pull, head):
            await self._publisher.supersede(pull.model_copy(update={"head": head}), pull.head)

    async def _end_review(self, job: Job, state: JobState, reason: str, *, again: bool) -> None:
        """Updates the summary comment and the check of the head, but keeps an existing review of it."""
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
        """Completes the check of a commit whose pull request is unknown; it has nothing else."""
        if not ended:
            await self._forge.put_check(pull.ref, pull.head, render_check_failure(reason, again=again))

    async def _is_announced(self, pull: Pull, head: str) -> bool:
        return head in await self._published.announced(pull.ref)

    async def _reachable(self, ref: PullRef) -> Pull | None:
        """The pull request; None if it cannot be read, which may be the failure to report."""
        try:
            return await self._forge.pull(ref)
        except (Retry, Refused) as error:
            log.warning("pull_unreadable", reason=str(error))
            return None

    async def _unread(self, task: Task) -> Pull | None:
        """The pull request as known without GitHub, with the head announced last or named by the delivery;
        None without such a head.
        """
        announced = await self._published.announced(task.pull)
        head = announced[-1] if announced else task.head
        if head is None:
            return None
        return Pull(ref=task.pull, title="", body="", author="", base="", origin="", head=head, url="")


def _is_asked_for(task: Task) -> bool:
    """Whether readers expect a review even if none was announced."""
    return task.cause in REVIEWS or task.cause in (Cause.COMMAND, Cause.RERUN)


def _has_own_comment(task: Task) -> bool:
    """Whether the job's result is posted in a separate comment, not in the summary and the check."""
    if task.cause is not Cause.COMMAND:
        return False
    command = understand(task.command)
    return not (isinstance(command, Command) and command.is_whole_review)
