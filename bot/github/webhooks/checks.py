"""Reads events of checks: completed suites, requested re-runs, and merge groups."""

import re
from collections.abc import Sequence

from bot.core.events import Event, IgnoredEvent, RelevantEvent
from bot.core.jobs import Cause, Task
from bot.github.webhooks.payloads import (
    CheckRunEvent,
    CheckSuiteEvent,
    MergeGroupEvent,
    PullRequest,
    Repository,
)
from bot.github.webhooks.reading import action_of, read, ref_of
from bot.github.webhooks.triggers import Triggers

_NUMBER = re.compile(r"/pr-([1-9][0-9]{0,8})-[0-9a-f]{7,64}$")
_QUEUE_CAUSES = {"checks_requested": Cause.QUEUED, "destroyed": Cause.UNQUEUED}


def read_check_suite(body: bytes, triggers: Triggers) -> Event:
    action = action_of(body)
    if action not in ("completed", "rerequested"):
        return IgnoredEvent(reason=f"check_suite {action} needs no action")
    event = read(CheckSuiteEvent, body)
    suite = event.check_suite
    is_own = triggers.is_own_app(suite.app)
    if action == "rerequested":
        task = _rerun(event, suite.head_sha, suite.id)
        return _rerun_event(task, suite.pull_requests, event.repository) if is_own else _other_app()
    if is_own:
        return IgnoredEvent(reason="the checks are the bot's own")
    pulls = _of_repository(suite.pull_requests, event.repository)
    if not pulls:
        return IgnoredEvent(reason="GitHub names no pull request for these checks")
    tasks = (
        Task(
            pull=ref_of(event.repository, pull.number, event.installation),
            cause=Cause.CHECKED,
            head=pull.head.sha,
            actor=event.sender.login,
            suite=suite.id,
        )
        for pull in pulls
    )
    return RelevantEvent(tasks=tuple(tasks))


def read_check_run(body: bytes, triggers: Triggers) -> Event:
    """Reads re-run requests; completed runs are ignored, since their suite sends an event as well."""
    action = action_of(body)
    if action != "rerequested":
        return IgnoredEvent(reason=f"check_run {action} needs no action")
    event = read(CheckRunEvent, body)
    run = event.check_run
    if not triggers.is_own_app(run.app):
        return _other_app()
    task = _rerun(event, run.head_sha, run.check_suite.id if run.check_suite else None)
    return _rerun_event(task, run.pull_requests, event.repository)


def read_merge_group(body: bytes, _: Triggers) -> Event:
    """Reads a merge group; the name of its branch contains the pull request's number."""
    action = action_of(body)
    cause = _QUEUE_CAUSES.get(action or "")
    if cause is None:
        return IgnoredEvent(reason=f"merge_group {action} needs no action")
    event = read(MergeGroupEvent, body)
    if event.repository is None:
        return IgnoredEvent(reason="the merge group names no repository")
    number = _NUMBER.search(event.merge_group.head_ref)
    pull = ref_of(event.repository, int(number[1]) if number else 0, event.installation)
    return RelevantEvent(tasks=(Task(pull=pull, cause=cause, head=event.merge_group.head_sha),))


def _other_app() -> IgnoredEvent:
    return IgnoredEvent(reason="the check is not the bot's own")


def _rerun(event: CheckRunEvent | CheckSuiteEvent, head: str, suite: int | None) -> Task:
    """A task for a pull request that is still unknown (number 0)."""
    pull = ref_of(event.repository, 0, event.installation)
    return Task(pull=pull, cause=Cause.RERUN, head=head, actor=event.sender.login, suite=suite)


def _rerun_event(task: Task, named: Sequence[PullRequest], repository: Repository) -> RelevantEvent:
    """One task per named pull request, or `task` itself if none is named."""
    pulls = _of_repository(named, repository)
    refs = [task.pull.model_copy(update={"number": pull.number}) for pull in pulls]
    return RelevantEvent(tasks=tuple(task.model_copy(update={"pull": ref}) for ref in refs or [task.pull]))


def _of_repository(named: Sequence[PullRequest], repository: Repository) -> Sequence[PullRequest]:
    """Omits pull requests of forks that have the same commits."""
    return [pull for pull in named if repository.id is None or _base_of(pull) in (None, repository.id)]


def _base_of(pull: PullRequest) -> int | None:
    return pull.base.repo.id if pull.base and pull.base.repo else None
