"""Answers people: questions about the change, and commands whose outcome is something said.

An answer stands where the question was asked: in its thread on lines, or in the conversation. All of it may
be done twice and shows once.
"""

from collections.abc import Callable, Sequence
from typing import assert_never

import structlog

from bot.core.best_effort import best_effort
from bot.core.change import Pull
from bot.core.commands import Command, Verb
from bot.core.comments.comment import Reaction
from bot.core.comments.quotations import without_quotes
from bot.core.config import render_effective
from bot.core.errors import ModuleError, Refused, Retry
from bot.core.findings.threads import LineContext
from bot.core.jobs import Job, Task
from bot.core.rendering.replies import (
    answer_marker,
    config_marker,
    help_marker,
    hint_marker,
    render_answer,
    render_answer_apart,
    render_config,
    render_dismissed,
    render_help,
    render_hint,
    render_trouble,
    trouble_marker,
)
from bot.core.review import LineRange, Purpose, Question, ThreadRemark
from bot.review.produce.context import ReviewContextBuilder
from bot.review.produce.reviewer import AnswerOutcome
from bot.review.publish.conversation import say
from bot.review.publish.finding_tracker import FindingTracker

log = structlog.get_logger()

NOT_IN_A_THREAD = "`/dismiss` is an answer to one of my comments on lines: write it into that thread."
NO_FINDING = "this thread is not about a finding of mine, so there is nothing to dismiss."
_UNREAD = LineContext(first=0, path="", line=None, end=None, body="", own=False, remarks=())
_PURPOSES = {Verb.ASK: Purpose.ANSWER, Verb.EXPLAIN: Purpose.EXPLAIN}


class Replies:
    """`name` is asked for what the bot is mentioned by: it is learnt after the start."""

    def __init__(
        self, bench: ReviewContextBuilder, tracker: FindingTracker, name: Callable[[], str | None]
    ) -> None:
        self._bench = bench
        self._forge = bench.forge
        self._tracker = tracker
        self._name = name

    async def answer(self, job: Job, command: Command, pull: Pull, *, patient: bool) -> str | None:
        """Does what a command asks for that is no review. Returns what was wrong with it, as Markdown of our
        own, if it could not be done. Raises like the reviewer.
        """
        match command.verb:
            case Verb.ASK | Verb.EXPLAIN:
                await self._reply(job, command, pull, patient=patient)
            case Verb.DISMISS:
                return await self._dismiss(job.task, pull, patient=patient)
            case Verb.CONFIG:
                await self._show_config(command.paths, pull, patient=patient)
            case Verb.HELP:
                await self._put(job.task, help_marker(), render_help(self._name()), patient=patient)
            case Verb.REVIEW | Verb.SUMMARY | Verb.PAUSE | Verb.RESUME:
                raise ValueError(f"/{command.verb} is not answered by words alone")
            case _:
                assert_never(command.verb)
        return None

    async def hint(self, task: Task, hint: str, *, patient: bool = False) -> None:
        """Says what was wrong with a command; `hint` is Markdown of our own."""
        await self._put(task, hint_marker(), render_hint(task.actor, hint), patient=patient)

    async def react(self, task: Task, reaction: Reaction) -> None:
        """Where GitHub does not take the reaction, nothing is lost. A review cannot be reacted to: its number
        is another comment's.
        """
        if task.comment is None or task.in_review:
            return
        given = self._forge.react(task.pull, task.comment, reaction, on_lines=task.on_lines)
        try:
            await best_effort(
                given, None, what=f"the reaction {reaction.value}", ref=task.pull, patient=False
            )
        except Retry as error:
            log.warning("reaction_failed", reaction=reaction.value, reason=str(error))

    async def fail(self, task: Task, reason: str) -> None:
        """Says that a command could not be done, and why: where it was given, or in the conversation."""
        await self.react(task, Reaction.CONFUSED)
        comment = task.comment or 0
        marker, body = trouble_marker(comment), render_trouble(comment, task.actor, reason)
        try:
            lines = await self._lines(task)
        except (Refused, Retry) as error:
            log.warning("thread_unreadable", pull=str(task.pull), reason=str(error))
        else:
            if lines is None and task.on_lines:
                return  # whoever asked has taken it back
            if lines and await self._said(task, lines, marker, body, patient=False):
                return
        await self._put(task, marker, body, patient=False)

    async def _reply(self, job: Job, command: Command, pull: Pull, *, patient: bool) -> None:
        """Of lines that cannot be read nothing is known but the question."""
        asked = self._lines(job.task)
        what, ref = "the lines of a question", job.task.pull
        lines = await best_effort(asked, _UNREAD, what=what, ref=ref, patient=patient)
        if lines is None and job.task.on_lines:
            return  # whoever asked has taken the question back
        subject = await self._bench.subject(pull, patient=patient)
        options = self._bench.options(job, pull, subject, patient=patient)
        known = None if lines is _UNREAD else lines
        try:
            reply = await self._bench.reviewer.reply(
                subject.change, _question(command, known), options, pull.ref, subject.library
            )
        except ModuleError as error:
            raise _for_people(error) from None
        await self._say(job.task, command, known, reply, patient=patient)

    async def _say(
        self, task: Task, command: Command, lines: LineContext | None, reply: AnswerOutcome, *, patient: bool
    ) -> None:
        comment = task.comment or 0
        marker, usage = answer_marker(comment), reply.tally.usage
        body = render_answer(comment, reply.text, model=reply.model, usage=usage)
        if lines and await self._said(task, lines, marker, body, patient=patient):
            return
        apart = render_answer_apart(
            comment, task.actor, command.text, reply.text, model=reply.model, usage=usage
        )
        await self._put(task, marker, apart, patient=patient)

    async def _said(self, task: Task, lines: LineContext, marker: str, body: str, *, patient: bool) -> bool:
        """Whether it is said in the thread, or nobody is there any more to say it to."""
        said = self._tell(task, lines, marker, body)
        return await best_effort(said, False, what="a thread", ref=task.pull, patient=patient)

    async def _tell(self, task: Task, lines: LineContext, marker: str, body: str) -> bool:
        await self._forge.reply(task.pull, lines.first, marker, body)
        return True

    async def _dismiss(self, task: Task, pull: Pull, *, patient: bool) -> str | None:
        lines = await self._lines(task)
        if lines is None:
            return NOT_IN_A_THREAD
        title = await self._tracker.dismiss(pull, lines.first, task.actor)
        if title is None:
            return NO_FINDING
        comment = task.comment or 0
        marker, body = answer_marker(comment), render_dismissed(comment, task.actor, title)
        if not await self._said(task, lines, marker, body, patient=patient):
            await self._put(task, marker, body, patient=patient)
        return None

    async def _show_config(self, paths: Sequence[str], pull: Pull, *, patient: bool) -> None:
        effective = await self._bench.configured.of(pull, paths, patient=patient)
        shown = render_config(render_effective(effective, paths[0] if paths else None))
        await say(self._forge, pull.ref, config_marker(), shown, patient=patient)

    async def _lines(self, task: Task) -> LineContext | None:
        if not task.on_lines or task.comment is None:
            return None
        return await self._forge.lines(task.pull, task.comment)

    async def _put(self, task: Task, marker: str, body: str, *, patient: bool) -> None:
        await say(self._forge, task.pull, marker, body, patient=patient)


def _question(command: Command, lines: LineContext | None) -> Question:
    return Question(
        purpose=_PURPOSES[command.verb],
        text=command.text,
        spot=_spot(lines) if lines else None,
        thread=tuple(_said_before(_unquoted(lines.remarks), command)) if lines else (),
    )


def _spot(lines: LineContext) -> LineRange | None:
    """None where a push has moved the comment off the diff."""
    if lines.line is None:
        return None
    end = max(lines.end or lines.line, lines.line)
    return LineRange(path=lines.path, line=lines.line, end=end, side=lines.side)


def _unquoted(remarks: Sequence[ThreadRemark]) -> Sequence[ThreadRemark]:
    """What people wrote by mail has other people's mails below it, which are no business of a model."""
    return [
        remark if remark.mine else remark.model_copy(update={"text": without_quotes(remark.text)})
        for remark in remarks
    ]


def _said_before(remarks: Sequence[ThreadRemark], command: Command) -> Sequence[ThreadRemark]:
    """What was said in a thread before the command. Others may have gone on talking since."""
    words = (command.text or command.verb).casefold()
    asked = [at for at, said in enumerate(remarks) if not said.mine and words in said.text.casefold()]
    return remarks[: asked[-1]] if asked else remarks


def _for_people(error: ModuleError) -> Exception:
    """What the function itself refuses is for whoever asked; anything else is for the operator."""
    if error.kind != "refused":
        return error
    return Refused(str(error).removeprefix(f"module {error.module}: "))
