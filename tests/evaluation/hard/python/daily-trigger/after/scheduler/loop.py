"""Runs jobs at their times."""

import heapq
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from scheduler.triggers import Trigger

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    name: str
    trigger: Trigger
    run: Callable[[], None]


@dataclass(order=True)
class Entry:
    due: datetime
    number: int
    job: Job = field(compare=False)


class Scheduler:
    def __init__(self, jobs: list[Job], clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._clock = clock
        now = clock()
        self._entries = [Entry(job.trigger.first(now), number, job) for number, job in enumerate(jobs)]
        heapq.heapify(self._entries)

    def run_due(self) -> datetime | None:
        """Runs all jobs that are due; says when the next one is."""
        while self._entries and self._entries[0].due <= self._clock():
            entry = self._entries[0]
            try:
                entry.job.run()
            except Exception:
                log.exception("job %s failed", entry.job.name)
            due = entry.job.trigger.following(entry.due, self._clock())
            heapq.heapreplace(self._entries, Entry(due, entry.number, entry.job))
        return self._entries[0].due if self._entries else None
