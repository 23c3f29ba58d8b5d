"""Reconciles with GitHub: requests failed deliveries again and finds open pull requests without a job.

GitHub does not retry a failed delivery, so the reconciler requests a redelivery. It also lists open pull
requests, because a delivery may be lost without a trace.
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

PRIORITY = -10  # below that of new pushes
REDELIVERED_UNTIL = "redelivered until"

OVERLAP = timedelta(minutes=15)  # scanned again: GitHub lists an attempt only after it has ended
MAX_ATTEMPTS = 5  # per delivery
MAX_REDELIVERIES = 100  # per run
MAX_REPOSITORIES = 300  # of one installation per run
_BATCH = 500  # delivery ids in one query of the inbox

Failed = dict[str, list[DeliveryAttempt]]  # failed attempts by delivery GUID, newest first


class Reconciler:
    """Ignores deliveries that `events` does not find relevant, and everything older than `days`.

    Each run submits at most `most` pull requests of an installation; 0 turns that part off. `drafts` and
    `bots` include drafts and pull requests opened by bots. No GitHub failure is raised: it ends the part
    that it concerns, and the next run starts from the beginning.
    """

    def __init__(
        self,
        missed: Missed,
        inbox: Inbox,
        jobs: Jobs,
        records: Records,
        key_values: KeyValues,
        *,
        events: WebhookEvents,
        drafts: bool = False,
        bots: bool = False,
        days: int = 3,
        most: int = 20,
    ) -> None:
        age = timedelta(days=days)
        self._redelivery = _Redelivery(missed, inbox, key_values, events, age)
        is_eligible = partial(_is_eligible, drafts=drafts, bots=bots)
        self._catching_up = _CatchUp(missed, jobs, records, is_eligible, age=age, most=most)

    async def redeliver(self) -> int:
        """Requests redelivery of failed deliveries; returns how many."""
        return await self._redelivery.run()

    async def catch_up(self) -> int:
        """Submits jobs for pull requests that have none; returns how many."""
        return await self._catching_up.run()


class _Redelivery:
    def __init__(
        self, missed: Missed, inbox: Inbox, key_values: KeyValues, events: WebhookEvents, age: timedelta
    ) -> None:
        self._missed = missed
        self._inbox = inbox
        self._key_values = key_values
        self._events = events
        self._age = age

    async def run(self) -> int:
        try:
            failed, newest = await self._scan()
            await self._drop_received(failed)
            due = [guid for guid, attempts in failed.items() if len(attempts) < MAX_ATTEMPTS]
            _log_given_up(len(failed) - len(due))
            requested, postponed = await self._request(failed, due)
            if newest:
                until = _settled_until(newest, failed, {*requested, *postponed})
                await self._key_values.write(REDELIVERED_UNTIL, until.isoformat())
        except (Retry, Refused) as error:
            log.warning("redelivery_scan_failed", reason=str(error))
            return 0
        return len(requested)

    async def _scan(self) -> tuple[Failed, datetime | None]:
        """Returns the deliveries that failed since the last run, oldest first, and the newest attempt's time.

        The time is GitHub's, because this machine's clock may differ.
        """
        failed: Failed = {}
        arrived: set[str] = set()
        newest: datetime | None = None
        async for attempt in self._missed.delivery_attempts(await self._since()):
            newest = max(newest or attempt.sent, attempt.sent)
            if attempt.arrived:
                arrived.add(attempt.guid)
                failed.pop(attempt.guid, None)
            elif self._is_relevant(attempt) and attempt.guid not in arrived:
                failed.setdefault(attempt.guid, []).append(attempt)
        return dict(reversed(failed.items())), newest

    def _is_relevant(self, attempt: DeliveryAttempt) -> bool:
        return self._events.is_relevant(attempt.event, attempt.action)

    async def _since(self) -> datetime:
        """The start of the scan: no earlier than GitHub can still redeliver."""
        earliest = datetime.now(UTC) - self._age
        stored = await self._key_values.read(REDELIVERED_UNTIL)
        return max(datetime.fromisoformat(stored) - OVERLAP, earliest) if stored else earliest

    async def _drop_received(self, failed: Failed) -> None:
        """Drops deliveries that are in the inbox although GitHub got no response."""
        guids = list(failed)
        for begin in range(0, len(guids), _BATCH):
            for guid in await self._inbox.known(guids[begin : begin + _BATCH]):
                del failed[guid]

    async def _request(self, failed: Failed, guids: Sequence[str]) -> tuple[Sequence[str], Sequence[str]]:
        """Returns the GUIDs requested and those left for the next run; a refused one is in neither."""
        requested: list[str] = []
        postponed = list(guids[MAX_REDELIVERIES:])
        for position, guid in enumerate(guids[:MAX_REDELIVERIES]):
            try:
                await self._missed.redeliver(failed[guid][0].id)
            except Retry as error:
                log.warning("redelivery_postponed", delivery=guid, reason=str(error))
                postponed.append(guid)
                if error.after is not None:
                    postponed += guids[position + 1 : MAX_REDELIVERIES]
                    break
            except Refused as error:
                log.warning("redelivery_refused", delivery=guid, reason=str(error))
            else:
                log.info("redelivery_requested", delivery=guid, github_event=failed[guid][0].event)
                requested.append(guid)
        return requested, postponed


class _CatchUp:
    def __init__(
        self,
        missed: Missed,
        jobs: Jobs,
        records: Records,
        is_eligible: Callable[[OpenPull], bool],
        *,
        age: timedelta,
        most: int,
    ) -> None:
        self._missed = missed
        self._jobs = jobs
        self._records = records
        self._is_eligible = is_eligible
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
        """Submits jobs for one installation; returns how many."""
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
        """Yields tasks of all repositories. A failure skips one repository; a rate limit ends the scan."""
        seen = 0
        async for repository in self._missed.repositories(installation):
            if seen == MAX_REPOSITORIES:
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
            if self._is_eligible(pull) and not await self._has_job_or_review(task):
                yield task

    async def _has_job_or_review(self, task: Task) -> bool:
        if await self._jobs.knows(task):
            return True
        record = await self._records.latest(task.pull)
        return record is not None and record.head == task.head


def _is_eligible(pull: OpenPull, *, drafts: bool, bots: bool) -> bool:
    """Applies the operator's settings only; a repository's own configuration cannot widen them here."""
    return (drafts or not pull.draft) and (bots or not pull.by_bot)


def _settled_until(newest: datetime, failed: Failed, unsettled: Collection[str]) -> datetime:
    """The time up to which nothing is left to do.

    The next scan must see all attempts of a failed delivery or none. If it saw only the last ones, it would
    undercount them and request the delivery forever.
    """
    until = min([newest, *(failed[guid][-1].sent for guid in unsettled)])
    for attempts in sorted(failed.values(), key=lambda attempts: attempts[0].sent, reverse=True):
        if attempts[0].sent >= until - OVERLAP:
            until = min(until, attempts[-1].sent)
    return until


def _log_given_up(count: int) -> None:
    if count:
        log.warning("redelivery_given_up", deliveries=count)
