"""Replies to people: answers questions about the change, and commands whose result is a text.

A reply is posted where the question was asked: in the thread of an inline comment, or in the conversation.
Every operation is idempotent.
"""

from collections.abc import Callable, Sequence
from typing import assert_never

import structlog

from bot.core.best_effort import best_effort
from bot.core.change import Pull
from bot.core.commands import Command, Verb
from bot.core.comments.comment import MarkedText, Reaction
from bot.core.comments.quotations import without_quotes
from bot.core.config import render_effective
from bot.core.errors import ModuleError, Refused, Retry
from bot.core.findings.threads import LineContext
from bot.core.jobs import Job, Task
from bot.core.rendering.memory import render_forgotten, render_learned, render_unknown_entries
from bot.core.rendering.replies import (
    render_answer,
    render_answer_apart,
    render_config,
    render_dismissed,
    render_help,
    render_hint,
    render_trouble,
)
from bot.core.review import LineRange, Purpose, Question, ThreadRemark
from bot.review.ports import Memory
from bot.review.produce.context import ReviewContextBuilder
from bot.review.produce.reviewer import AnswerOutcome
from bot.review.publish.conversation import post
from bot.review.publish.finding_tracker import FindingTracker

log = structlog.get_logger()

NOT_IN_A_THREAD = "use `/dismiss` as a reply to one of my inline comments."
NO_FINDING = "this thread is not about one of my findings, so there is nothing to dismiss."
_UNREAD = LineContext(first=0, path="", line=None, end=None, body="", own=False, remarks=())
_PURPOSES = {Verb.ASK: Purpose.ANSWER, Verb.EXPLAIN: Purpose.EXPLAIN}


class Replies:
    """`name` returns the name to mention the bot by, which is known only some time after the start."""

    def __init__(
        self,
        contexts: ReviewContextBuilder,
        tracker: FindingTracker,
        memory: Memory,
        name: Callable[[], str | None],
    ) -> None:
        self._contexts = contexts
        self._forge = contexts.forge
        self._tracker = tracker
        self._memory = memory
        self._name = name

    async def answer(self, job: Job, command: Command, pull: Pull, *, patient: bool) -> str | None:
        """Executes a command other than a review. Returns why it could not be done, as trusted Markdown, else
        None. Raises like `Reviewer.reply`.
        """
        match command.verb:
            case Verb.ASK | Verb.EXPLAIN:
                await self._reply(job, command, pull, patient=patient)
            case Verb.DISMISS:
                return await self._dismiss(job.task, pull, patient=patient)
            case Verb.LEARNED:
                entries = await self._memory.entries(job.task.pull.repository)
                await self._put(job.task, render_learned(entries), patient=patient)
            case Verb.FORGET:
                return await self._forget(job.task, command.ids, patient=patient)
            case Verb.CONFIG:
                await self._show_config(command.paths, pull, patient=patient)
            case Verb.HELP:
                await self._put(job.task, render_help(self._name()), patient=patient)
            case Verb.REVIEW | Verb.SUMMARY | Verb.PAUSE | Verb.RESUME:
                raise ValueError(f"/{command.verb} is not answered by a reply")
            case _:
                assert_never(command.verb)
        return None

    async def hint(self, task: Task, hint: str, *, patient: bool = False) -> None:
        """Posts what is wrong with a command; `hint` is trusted Markdown."""
        await self._put(task, render_hint(task.actor, hint), patient=patient)

    async def react(self, task: Task, reaction: Reaction) -> None:
        """Adds a reaction; ignores failures. Reviews do not support reactions, and their ids collide with
        those of comments.
        """
        if task.comment is None or task.in_review:
            return
        adding = self._forge.react(task.pull, task.comment, reaction, on_lines=task.on_lines)
        try:
            await best_effort(
                adding, None, what=f"the reaction {reaction.value}", ref=task.pull, patient=False
            )
        except Retry as error:
            log.warning("reaction_failed", reaction=reaction.value, reason=str(error))

    async def fail(self, task: Task, reason: str) -> None:
        """Posts why a command failed, where it was given or in the conversation."""
        await self.react(task, Reaction.CONFUSED)
        text = render_trouble(task.comment or 0, task.actor, reason)
        try:
            lines = await self._lines(task)
        except (Refused, Retry) as error:
            log.warning("thread_unreadable", pull=str(task.pull), reason=str(error))
        else:
            if lines is None and task.on_lines:
                return  # the command was deleted
            if lines and await self._posted_in_thread(task, lines, text, patient=False):
                return
        await self._put(task, text, patient=False)

    async def _reply(self, job: Job, command: Command, pull: Pull, *, patient: bool) -> None:
        """Answers a question; if its lines cannot be read, from the question alone."""
        reading = self._lines(job.task)
        what, ref = "the lines of a question", job.task.pull
        lines = await best_effort(reading, _UNREAD, what=what, ref=ref, patient=patient)
        if lines is None and job.task.on_lines:
            return  # the question was deleted
        context = await self._contexts.build(pull, patient=patient, reports=False)
        options = self._contexts.options(job, pull, context, patient=patient)
        known = None if lines is _UNREAD else lines
        try:
            reply = await self._contexts.reviewer.reply(
                context.change,
                _question(command, known),
                options,
                pull.ref,
                context.library,
                repository=context.repository,
            )
        except ModuleError as error:
            raise _for_people(error) from None
        await self._post_answer(job.task, command, known, reply, patient=patient)

    async def _post_answer(
        self, task: Task, command: Command, lines: LineContext | None, reply: AnswerOutcome, *, patient: bool
    ) -> None:
        comment, usage = task.comment or 0, reply.tally.usage
        text = render_answer(comment, reply.text, model=reply.model, usage=usage)
        if lines and await self._posted_in_thread(task, lines, text, patient=patient):
            return
        apart = render_answer_apart(
            comment, task.actor, command.text, reply.text, model=reply.model, usage=usage
        )
        await self._put(task, apart, patient=patient)

    async def _posted_in_thread(
        self, task: Task, lines: LineContext, text: MarkedText, *, patient: bool
    ) -> bool:
        """Replies in the thread; False if that failed. True also if the thread was deleted."""
        posted = self._reply_in_thread(task, lines, text)
        return await best_effort(posted, False, what="a thread", ref=task.pull, patient=patient)

    async def _reply_in_thread(self, task: Task, lines: LineContext, text: MarkedText) -> bool:
        await self._forge.reply(task.pull, lines.first, text)
        return True

    async def _dismiss(self, task: Task, pull: Pull, *, patient: bool) -> str | None:
        lines = await self._lines(task)
        if lines is None:
            return NOT_IN_A_THREAD
        title = await self._tracker.dismiss(pull, lines.first, task.actor)
        if title is None:
            return NO_FINDING
        text = render_dismissed(task.comment or 0, task.actor, title)
        if not await self._posted_in_thread(task, lines, text, patient=patient):
            await self._put(task, text, patient=patient)
        return None

    async def _forget(self, task: Task, ids: Sequence[str], *, patient: bool) -> str | None:
        """Takes back the known ids; returns a hint if none is known."""
        result = await self._memory.forget(ids, task.pull.repository)
        if not result.forgotten:
            return render_unknown_entries(result.unknown)
        await self._put(task, render_forgotten(task.comment or 0, task.actor, result), patient=patient)
        return None

    async def _show_config(self, paths: Sequence[str], pull: Pull, *, patient: bool) -> None:
        effective = await self._contexts.configured.of(pull, paths, patient=patient)
        text = render_config(render_effective(effective, paths[0] if paths else None))
        await post(self._forge, pull.ref, text, patient=patient)

    async def _lines(self, task: Task) -> LineContext | None:
        if not task.on_lines or task.comment is None:
            return None
        return await self._forge.lines(task.pull, task.comment)

    async def _put(self, task: Task, text: MarkedText, *, patient: bool) -> None:
        await post(self._forge, task.pull, text, patient=patient)


def _question(command: Command, lines: LineContext | None) -> Question:
    return Question(
        purpose=_PURPOSES[command.verb],
        text=command.text,
        spot=_spot(lines) if lines else None,
        thread=tuple(_before_command(_unquoted(lines.remarks), command)) if lines else (),
    )


def _spot(lines: LineContext) -> LineRange | None:
    """The lines of the comment; None if a push has removed them from the diff."""
    if lines.line is None:
        return None
    end = max(lines.end or lines.line, lines.line)
    return LineRange(path=lines.path, line=lines.line, end=end, side=lines.side)


def _unquoted(remarks: Sequence[ThreadRemark]) -> Sequence[ThreadRemark]:
    """Removes quoted emails from replies by email: a model must not see other people's mail."""
    return [
        remark if remark.mine else remark.model_copy(update={"text": without_quotes(remark.text)})
        for remark in remarks
    ]


def _before_command(remarks: Sequence[ThreadRemark], command: Command) -> Sequence[ThreadRemark]:
    """The remarks of a thread before the command, without later replies."""
    text = (command.text or command.verb).casefold()
    matches = [at for at, remark in enumerate(remarks) if not remark.mine and text in remark.text.casefold()]
    return remarks[: matches[-1]] if matches else remarks


def _for_people(error: ModuleError) -> Exception:
    """Shows the function's own refusal to the user; other errors are for the operator."""
    if error.kind != "refused":
        return error
    return Refused(str(error).removeprefix(f"module {error.module}: "))
