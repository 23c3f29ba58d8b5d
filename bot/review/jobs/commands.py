"""Executes commands of people with write permission; others only get a reaction."""

from collections.abc import Sequence
from enum import Enum, auto
from typing import assert_never

import structlog

from bot.core.change import Pull
from bot.core.commands import COMMANDS, Command, Mode, Parsed, UnknownCommand, Verb, understand
from bot.core.comments.comment import Reaction
from bot.core.config.apply import MOST_REQUESTED
from bot.core.jobs import Job, Task
from bot.core.markdown import code
from bot.core.records import ReviewRecord
from bot.review.jobs.review_job import ReviewJob, ReviewPlan
from bot.review.policy.pauses import Pauses
from bot.review.ports import Forge, Records
from bot.review.publish.replies import Replies

log = structlog.get_logger()

NOTHING_LEFT = "there is nothing to continue: the review of this commit is complete within the budget."
TOO_MANY_PATHS = (
    f"a command accepts at most {MOST_REQUESTED} paths, so nothing was done; use a directory or a pattern "
    "such as `src/**` to name many files."
)
NOT_PERMITTED = "only people with write permission for this repository can use commands."
CONFIRMATIONS = {
    Verb.PAUSE: "reviews of this pull request are paused; `/resume` turns them on again.",
    Verb.RESUME: "reviews of this pull request are resumed.",
}
"""Replies to commands without other visible effect, where GitHub does not support a reaction."""


class _Outcome(Enum):
    """`HINTED`: nothing was done, and a reply says why. `RESUMED`: automatic reviews are on again."""

    DONE = auto()
    HINTED = auto()
    RESUMED = auto()


class CommandHandler:
    def __init__(
        self, forge: Forge, review_job: ReviewJob, replies: Replies, pauses: Pauses, records: Records
    ) -> None:
        self._forge = forge
        self._review_job = review_job
        self._replies = replies
        self._pauses = pauses
        self._records = records

    async def run(self, job: Job, *, patient: bool) -> Pull | None:
        """Executes the job's command. Returns the pull request if it is to be reviewed as after a push.
        Raises like `JobRunner.run`.
        """
        command = understand(job.task.command)
        if not await self._permitted(job.task, command):
            return None
        if isinstance(command, UnknownCommand):
            await self._replies.hint(job.task, command.hint, patient=patient)
            return None
        pull = await self._forge.pull(job.task.pull)
        outcome = await self._execute(job, command, pull, patient=patient)
        await self._acknowledge(job.task, command, outcome)
        return pull if outcome is _Outcome.RESUMED else None

    async def _execute(self, job: Job, command: Command, pull: Pull, *, patient: bool) -> _Outcome:
        match command.verb:
            case Verb.REVIEW:
                return await self._review(job, command, pull, patient=patient)
            case Verb.SUMMARY:
                await self._review_job.review(job, pull, ReviewPlan(short=True), patient=patient)
            case Verb.PAUSE:
                await self._pauses.pause(pull.ref, job.task.actor)
            case Verb.RESUME:
                await self._pauses.resume(pull.ref)
                return _Outcome.RESUMED
            case (
                Verb.ASK | Verb.EXPLAIN | Verb.DISMISS | Verb.LEARNED | Verb.FORGET | Verb.CONFIG | Verb.HELP
            ):
                hint = await self._replies.answer(job, command, pull, patient=patient)
                return await self._hinted(job.task, hint, patient=patient)
            case _:
                assert_never(command.verb)
        return _Outcome.DONE

    async def _hinted(self, task: Task, hint: str | None, *, patient: bool) -> _Outcome:
        """Posts `hint`, if there is one, and returns the outcome."""
        if hint is None:
            return _Outcome.DONE
        await self._replies.hint(task, hint, patient=patient)
        return _Outcome.HINTED

    async def _review(self, job: Job, command: Command, pull: Pull, *, patient: bool) -> _Outcome:
        plan = ReviewPlan(fresh=command.mode is Mode.FULL)
        paths = command.paths or command.candidates
        if len(paths) > MOST_REQUESTED:
            return await self._hinted(job.task, TOO_MANY_PATHS, patient=patient)
        unmatched = (
            await self._review_job.partial_review(job, pull, paths, plan, patient=patient) if paths else ()
        )
        hint = None
        if command.paths or len(unmatched) < len(paths):
            hint = _unmatched_paths(unmatched) if unmatched else None
        elif command.mode is Mode.CONTINUE and _is_complete(await self._records.latest(pull.ref), job, pull):
            hint = NOTHING_LEFT
        else:
            await self._review_job.review(job, pull, plan, patient=patient)
        return await self._hinted(job.task, hint, patient=patient)

    async def _permitted(self, task: Task, command: Parsed) -> bool:
        permitted = await self._forge.may_command(task.pull, task.actor)
        if permitted:
            await self._replies.react(
                task, Reaction.CONFUSED if isinstance(command, UnknownCommand) else Reaction.SEEN
            )
            return True
        log.info("command_refused", actor=task.actor)
        if task.in_review:
            await self._replies.hint(task, NOT_PERMITTED)
        await self._replies.react(task, Reaction.REFUSED)
        return False

    async def _acknowledge(self, task: Task, command: Command, outcome: _Outcome) -> None:
        """Adds the reaction or reply that shows the outcome."""
        if outcome is _Outcome.HINTED:
            await self._replies.react(task, Reaction.CONFUSED)
        elif task.in_review and command.verb in CONFIRMATIONS:
            await self._replies.hint(task, CONFIRMATIONS[command.verb])
        elif COMMANDS[command.verb].silent:
            await self._replies.react(task, Reaction.DONE)


def _unmatched_paths(paths: Sequence[str]) -> str:
    names = ", ".join(code(path) for path in paths)
    verb = "is not a path" if len(paths) == 1 else "are not paths"
    return f"{names} {verb} of this pull request, so nothing was done; `/help` shows how to use `/review`."


def _is_complete(last: ReviewRecord | None, job: Job, pull: Pull) -> bool:
    """Whether another job has reviewed the head, and no file was left out for the budget."""
    if last is None or last.head != pull.head or last.job == job.id:
        return False
    return not any(file.later for file in last.review.coverage)
