"""A model of the job queue's rules in plain Python, against which the table is tested."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.jobs import REVIEWS, Cause, Job, JobState, Task

LEASE = timedelta(seconds=30)
MOST_RUNNING = 2
QUEUED = (JobState.WAITING, JobState.PARKED)
DEAD = (JobState.FAILED, JobState.CANCELLED)


@dataclass
class Known:
    """A job of the model."""

    id: int
    task: Task
    delivery: str
    state: JobState
    priority: int
    due: datetime
    turn: int
    attempt: int = 0
    failures: int = 0
    served: bool = False
    ending: JobState | None = None
    holder: str | None = None
    lease: datetime | None = None
    ended: datetime | None = None

    @property
    def is_push(self) -> bool:
        return self.task.cause in REVIEWS


class Model:
    def __init__(self) -> None:
        self.jobs: dict[str, Known] = {}

    def lane(self, task: Task) -> list[Known]:
        return [job for job in self.jobs.values() if job.task.lane == task.lane]

    def submit(self, task: Task, delivery: str, priority: int, due: datetime) -> int | None:
        old = self.jobs.get(task.key)
        if old and not self.may_run_again(old, delivery):
            return None
        number = old.id if old else len(self.jobs) + 1
        turn = self.next_turn(task.pull.repository, priority)
        new = self.jobs[task.key] = Known(number, task, delivery, JobState.WAITING, priority, due, turn)
        if new.is_push:
            self.supersede(new)
        return number

    def next_turn(self, repository: str, priority: int) -> int:
        """Fair queueing: after the repository's other jobs, and not before the job that was served last."""
        same = [job for job in self.jobs.values() if job.priority == priority]
        served = max((job.turn for job in same if job.served), default=0)
        mine = max((job.turn for job in same if job.task.pull.repository == repository), default=0)
        return max(served, mine + 1)

    def supersede(self, new: Known) -> None:
        for job in self.lane(new.task):
            if job is not new and job.is_push and job.state in QUEUED:
                job.state, job.ending = JobState.SUPERSEDED, None
                if job.priority == new.priority:
                    new.turn = min(new.turn, job.turn)

    def may_run_again(self, old: Known, delivery: str) -> bool:
        if old.state in DEAD or old.delivery == delivery:
            return old.state in DEAD
        return old.state is JobState.SUPERSEDED or (old.state is JobState.DONE and self.has_news(old))

    def has_news(self, old: Known) -> bool:
        """Checks may end, and labels may be set, any number of times."""
        return self.moved_on(old) if old.is_push else old.task.cause is not Cause.COMMAND

    def moved_on(self, old: Known) -> bool:
        others = [job for job in self.lane(old.task) if job.is_push and job.state is JobState.DONE]
        return old.is_push and any(job.ended and old.ended and job.ended > old.ended for job in others)

    def outdated(self, job: Known) -> bool:
        others = (other for other in self.lane(job.task) if other is not job)
        return job.is_push and any(other.is_push and other.state in QUEUED for other in others)

    def running(self) -> list[Known]:
        return [job for job in self.jobs.values() if job.state is JobState.RUNNING]

    def claim(self, worker: str, now: datetime) -> Known | None:
        for job in sorted(self.running(), key=lambda job: job.id):
            if job.lease is not None and job.lease < now:
                self.put_back(job, JobState.WAITING, now)
        busy = {job.task.lane for job in self.running()}
        ready = [
            job
            for job in self.jobs.values()
            if job.state in QUEUED and job.due <= now and job.task.lane not in busy
        ]
        if not ready or len(self.running()) >= MOST_RUNNING:
            return None
        job = min(ready, key=lambda job: (-job.priority, job.turn, job.id))
        job.state, job.holder, job.lease, job.served = JobState.RUNNING, worker, now + LEASE, True
        job.attempt += 1
        return job

    def own(self, claim: Job, worker: str) -> Known | None:
        job = self.jobs[claim.task.key]
        is_own = (job.state, job.holder, job.attempt) == (JobState.RUNNING, worker, claim.attempt)
        return job if is_own else None

    def put_back(self, job: Known, state: JobState, now: datetime) -> bool:
        outdated = self.outdated(job)
        job.state = JobState.SUPERSEDED if outdated else state
        job.holder = job.lease = None
        if outdated:
            job.ending, job.ended = None, now
        return not outdated

    def finish(self, job: Known, state: JobState, now: datetime) -> None:
        job.state, job.ended = state, now
        job.holder = job.lease = job.ending = None

    def cancel(self, number: int, now: datetime) -> bool:
        job = self.numbered(number)
        if job is None or job.state not in (*QUEUED, JobState.RUNNING):
            return False
        job.ending = JobState.CANCELLED
        if job.state is JobState.PARKED:
            job.due = now
        return True

    def revive(self, number: int, now: datetime) -> bool:
        job = self.numbered(number)
        if job is None or job.state not in DEAD or self.outdated(job):
            return False
        job.state, job.attempt, job.failures, job.due = JobState.WAITING, 0, 0, now
        job.ending, job.served = None, False
        return True

    def numbered(self, number: int) -> Known | None:
        return next((job for job in self.jobs.values() if job.id == number), None)
