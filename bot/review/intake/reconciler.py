"""Finds what GitHub has and the bot was not told of: deliveries that failed, pull requests without a job.

GitHub does not try a delivery again by itself. So those that failed are asked for again, and the open
pull requests are looked through besides, for a delivery may be lost in ways that leave no trace.
"""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial

import structlog

from bot.core.change import PullRef
from bot.core.errors import Refused, Retry
from bot.core.jobs import Cause, Task
from bot.core.missed_deliveries import DeliveryAttempt, OpenPull
from bot.review.ports import Inbox, Jobs, KeyValues, Missed, Records, WebhookEvents

log = structlog.get_logger()

PRIORITY = -10  # what somebody has just pushed goes before
NOTE = "redelivered until"

OVERLAP = timedelta(minutes=15)  # looked at again, for a try is listed only when it has ended
MOST_TRIES = 5  # of one delivery
MOST_AGAIN = 100  # deliveries that one sweep asks for again
MOST_REPOSITORIES = 300  # of one installation that one sweep looks at
_BATCH = 500  # deliveries that the inbox is asked about at once

Failed = dict[str, list[DeliveryAttempt]]  # the tries of each delivery by its GUID, the newest first


class Reconciler:
    """`events` tells which deliveries can begin work; nothing older than `days` is looked at.

    `most` pull requests of an installation are taken up at one sweep; 0: none is looked for. `drafts` and
    `bots`: pull requests that are drafts, or opened by bots, are taken up, too. No failure of GitHub's is
    raised: it ends the part that it concerns, and the next sweep begins anew.
    """

    def __init__(
        self,
        missed: Missed,
        inbox: Inbox,
        jobs: Jobs,
        records: Records,
        notes: KeyValues,
        *,
        events: WebhookEvents,
        drafts: bool = False,
        bots: bool = False,
        days: int = 3,
        most: int = 20,
    ) -> None:
        age = timedelta(days=days)
        self._redelivery = _Redelivery(missed, inbox, notes, events, age)
        wanted = partial(_may_be_wanted, drafts=drafts, bots=bots)
        self._catching_up = _CatchUp(missed, jobs, records, wanted, age=age, most=most)

    async def redeliver(self) -> int:
        """Asks for deliveries that failed; returns for how many."""
        return await self._redelivery.run()

    async def catch_up(self) -> int:
        """Stores jobs for pull requests that have none; returns how many."""
        return await self._catching_up.run()


class _Redelivery:
    def __init__(
        self, missed: Missed, inbox: Inbox, notes: KeyValues, events: WebhookEvents, age: timedelta
    ) -> None:
        self._missed = missed
        self._inbox = inbox
        self._notes = notes
        self._events = events
        self._age = age

    async def run(self) -> int:
        try:
            failed, newest = await self._look()
            await self._forget_known(failed)
            wanted = [guid for guid, tries in failed.items() if len(tries) < MOST_TRIES]
            _tell_given_up(len(failed) - len(wanted))
            asked, later = await self._ask(failed, wanted)
            if newest:
                until = _until(newest, failed, {*asked, *later})
                await self._notes.write(NOTE, until.isoformat())
        except (Retry, Refused) as error:
            log.warning("redelivery_scan_failed", reason=str(error))
            return 0
        return len(asked)

    async def _look(self) -> tuple[Failed, datetime | None]:
        """What has failed since the last look, the oldest first, and when the newest try of all was made.

        That is GitHub's own time, which the note is kept in: this machine's clock may be another.
        """
        failed: Failed = {}
        arrived: set[str] = set()
        newest: datetime | None = None
        async for sending in self._missed.delivery_attempts(await self._since()):
            newest = max(newest or sending.sent, sending.sent)
            if sending.arrived:
                arrived.add(sending.guid)
                failed.pop(sending.guid, None)
            elif self._may_matter(sending) and sending.guid not in arrived:
                failed.setdefault(sending.guid, []).append(sending)
        return dict(reversed(failed.items())), newest

    def _may_matter(self, sending: DeliveryAttempt) -> bool:
        return self._events.is_relevant(sending.event, sending.action)

    async def _since(self) -> datetime:
        """Never so long ago that GitHub would not send it again."""
        earliest = datetime.now(UTC) - self._age
        noted = await self._notes.read(NOTE)
        return max(datetime.fromisoformat(noted) - OVERLAP, earliest) if noted else earliest

    async def _forget_known(self, failed: Failed) -> None:
        """GitHub may have got no answer from a bot that has the delivery all the same."""
        guids = list(failed)
        for begin in range(0, len(guids), _BATCH):
            for guid in await self._inbox.known(guids[begin : begin + _BATCH]):
                del failed[guid]

    async def _ask(self, failed: Failed, guids: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        """Which were asked for, and which are left for the next sweep. What is refused is neither."""
        asked: list[str] = []
        later = list(guids[MOST_AGAIN:])
        for place, guid in enumerate(guids[:MOST_AGAIN]):
            try:
                await self._missed.redeliver(failed[guid][0].id)
            except Retry as error:
                log.warning("redelivery_postponed", delivery=guid, reason=str(error))
                later.append(guid)
                if error.after is not None:
                    later += guids[place + 1 : MOST_AGAIN]
                    break
            except Refused as error:
                log.warning("redelivery_refused", delivery=guid, reason=str(error))
            else:
                log.info("redelivery_requested", delivery=guid, github_event=failed[guid][0].event)
                asked.append(guid)
        return asked, later


class _CatchUp:
    def __init__(
        self,
        missed: Missed,
        jobs: Jobs,
        records: Records,
        wanted: Callable[[OpenPull], bool],
        *,
        age: timedelta,
        most: int,
    ) -> None:
        self._missed = missed
        self._jobs = jobs
        self._records = records
        self._wanted = wanted
        self._age = age
        self._most = most

    async def run(self) -> int:
        if self._most < 1:
            return 0
        try:
            installations = await self._missed.installations()
        except (Retry, Refused) as error:
            log.warning("catch_up_failed", reason=str(error))
            return 0
        return sum([await self._installation(number) for number in installations])

    async def _installation(self, number: int) -> int:
        """How many pull requests of an installation were taken up."""
        stored = 0
        try:
            async for task in self._tasks(number):
                if await self._jobs.submit(task, priority=PRIORITY):
                    log.info("missed_pull_submitted", pull=str(task.pull), head=task.head)
                    stored += 1
                if stored == self._most:
                    log.info("catch_up_limit_reached", installation=number)
                    break
        except (Retry, Refused) as error:
            log.warning("installation_scan_failed", installation=number, reason=str(error))
        return stored

    async def _tasks(self, installation: int) -> AsyncIterator[Task]:
        """What nobody told of, in all repositories. One that fails stops no other, unless at a limit."""
        seen = 0
        async for repository in self._missed.repositories(installation):
            if seen == MOST_REPOSITORIES:
                log.warning("repository_limit_reached", most=seen)
                return
            seen += 1
            try:
                async for task in self._tasks_of(repository, installation):
                    yield task
            except (Retry, Refused) as error:
                if isinstance(error, Retry) and error.after is not None:
                    raise
                log.warning("repository_scan_failed", repository=repository, reason=str(error))

    async def _tasks_of(self, repository: str, installation: int) -> AsyncIterator[Task]:
        earliest = datetime.now(UTC) - self._age
        async for pull in self._missed.open_pulls(repository, installation):
            if pull.updated < earliest:
                return
            ref = PullRef(repository=repository, number=pull.number, installation=installation)
            task = Task(pull=ref, cause=Cause.MISSED, head=pull.head)
            if self._wanted(pull) and not await self._known(task):
                yield task

    async def _known(self, task: Task) -> bool:
        if await self._jobs.knows(task):
            return True
        record = await self._records.latest(task.pull)
        return record is not None and record.head == task.head


def _may_be_wanted(pull: OpenPull, *, drafts: bool, bots: bool) -> bool:
    """What the operator passes over is not asked about, whatever its repository may say."""
    return (drafts or not pull.draft) and (bots or not pull.by_bot)


def _until(newest: datetime, failed: Failed, unsettled: Collection[str]) -> datetime:
    """Up to where nothing is left to do.

    The next look sees all tries of a delivery that failed, or none: were it to see only the last of
    them, it would count too few, and go on asking for ever.
    """
    until = min([newest, *(failed[guid][-1].sent for guid in unsettled)])
    for tries in sorted(failed.values(), key=lambda tries: tries[0].sent, reverse=True):
        if tries[0].sent >= until - OVERLAP:
            until = min(until, tries[-1].sent)
    return until


def _tell_given_up(count: int) -> None:
    if count:
        log.warning("redelivery_given_up", deliveries=count)
