"""Answers people: questions about the change, and commands whose outcome is something said.

An answer stands where the question was asked: in its thread on lines, or in the conversation. All of it may
be done twice and shows once.
"""

from collections.abc import Callable, Sequence

import structlog

from bot.core.change import Pull
from bot.core.commands import Command, Verb
from bot.core.comment import Reaction
from bot.core.config import render_effective
from bot.core.errors import ModuleError, Refused, Retry
from bot.core.jobs import Job, Task
from bot.core.quotes import without_quotes
from bot.core.rendering.talk import (
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
from bot.core.review import Purpose, Question, Remark, Spot
from bot.core.threads import Lines
from bot.review.bench import Bench
from bot.review.reviewer import Reply
from bot.review.tracker import Tracker

log = structlog.get_logger()

NOT_IN_A_THREAD = "`/dismiss` is an answer to one of my comments on lines: write it into that thread."
NO_FINDING = "this thread is not about a finding of mine, so there is nothing to dismiss."
_PURPOSES = {Verb.ASK: Purpose.ANSWER, Verb.EXPLAIN: Purpose.EXPLAIN}


class Talk:
    """`name` is asked for what the bot is mentioned by: it is learnt after the start."""

    def __init__(self, bench: Bench, tracker: Tracker, name: Callable[[], str | None]) -> None:
        self._bench = bench
        self._forge = bench.forge
        self._tracker = tracker
        self._name = name

    async def answer(self, job: Job, command: Command, pull: Pull, *, patient: bool) -> None:
        """Does what a command asks for that is no review. Raises like the reviewer."""
        match command.verb:
            case Verb.ASK | Verb.EXPLAIN:
                await self._reply(job, command, pull, patient=patient)
            case Verb.DISMISS:
                await self._dismiss(job.task, pull)
            case Verb.CONFIG:
                await self._show_config(command.paths, pull)
            case _:
                await self._put(job.task, help_marker(), render_help(self._name()))

    async def hint(self, task: Task, hint: str) -> None:
        """Says what was wrong with a command; `hint` is Markdown of our own."""
        await self._put(task, hint_marker(), render_hint(task.actor, hint))

    async def react(self, task: Task, reaction: Reaction) -> None:
        """Where GitHub does not take the reaction, nothing is lost."""
        if task.comment is None:
            return
        try:
            await self._forge.react(task.pull, task.comment, reaction, on_lines=task.on_lines)
        except (Refused, Retry) as error:
            log.warning("a reaction could not be given", reaction=reaction.value, reason=str(error))

    async def fail(self, task: Task, reason: str) -> None:
        """Says that a command could not be done, and why, where it was given."""
        await self.react(task, Reaction.CONFUSED)
        comment = task.comment or 0
        body = render_trouble(comment, task.actor, reason)
        lines = await self._lines(task)
        if lines:
            await self._forge.reply(task.pull, lines.first, trouble_marker(comment), body)
        elif not task.on_lines:
            await self._put(task, trouble_marker(comment), body)

    async def _reply(self, job: Job, command: Command, pull: Pull, *, patient: bool) -> None:
        lines = await self._lines(job.task)
        if lines is None and job.task.on_lines:
            return  # whoever asked has taken the question back
        subject = await self._bench.subject(pull)
        wish = self._bench.wish(job, pull, subject, patient=patient)
        try:
            reply = await self._bench.reviewer.reply(
                subject.change, _question(command, lines), wish, pull.ref, subject.library
            )
        except ModuleError as error:
            raise _for_people(error) from None
        await self._say(job.task, command, lines, reply)

    async def _say(self, task: Task, command: Command, lines: Lines | None, reply: Reply) -> None:
        comment = task.comment or 0
        marker, usage = answer_marker(comment), reply.tally.usage
        if lines:
            body = render_answer(comment, reply.text, model=reply.model, usage=usage)
            await self._forge.reply(task.pull, lines.first, marker, body)
        else:
            body = render_answer_apart(
                comment, task.actor, command.text, reply.text, model=reply.model, usage=usage
            )
            await self._put(task, marker, body)

    async def _dismiss(self, task: Task, pull: Pull) -> None:
        lines = await self._lines(task)
        if lines is None:
            await self.hint(task, NOT_IN_A_THREAD)
            return
        title = await self._tracker.dismiss(pull, lines.first, task.actor)
        if title is None:
            await self.hint(task, NO_FINDING)
            return
        comment = task.comment or 0
        body = render_dismissed(comment, task.actor, title)
        await self._forge.reply(task.pull, lines.first, answer_marker(comment), body)

    async def _show_config(self, paths: Sequence[str], pull: Pull) -> None:
        effective = await self._bench.configured.of(pull, paths)
        shown = render_effective(effective, paths[0] if paths else None)
        await self._forge.put_comment(pull.ref, config_marker(), render_config(shown), None)

    async def _lines(self, task: Task) -> Lines | None:
        if not task.on_lines or task.comment is None:
            return None
        return await self._forge.lines(task.pull, task.comment)

    async def _put(self, task: Task, marker: str, body: str) -> None:
        await self._forge.put_comment(task.pull, marker, body, None)


def _question(command: Command, lines: Lines | None) -> Question:
    return Question(
        purpose=_PURPOSES[command.verb],
        text=command.text,
        spot=_spot(lines) if lines else None,
        thread=tuple(_said_before(_unquoted(lines.remarks), command)) if lines else (),
    )


def _spot(lines: Lines) -> Spot | None:
    """None where a push has moved the comment off the diff."""
    if lines.line is None:
        return None
    end = max(lines.end or lines.line, lines.line)
    return Spot(path=lines.path, line=lines.line, end=end, side=lines.side)


def _unquoted(remarks: Sequence[Remark]) -> Sequence[Remark]:
    """What people wrote by mail has other people's mails below it, which are no business of a model."""
    return [
        remark if remark.mine else remark.model_copy(update={"text": without_quotes(remark.text)})
        for remark in remarks
    ]


def _said_before(remarks: Sequence[Remark], command: Command) -> Sequence[Remark]:
    """What was said in a thread before the command. Others may have gone on talking since."""
    words = (command.text or command.verb).casefold()
    asked = [at for at, said in enumerate(remarks) if not said.mine and words in said.text.casefold()]
    return remarks[: asked[-1]] if asked else remarks


def _for_people(error: ModuleError) -> Exception:
    """What the function itself refuses is for whoever asked; anything else is for the operator."""
    if error.kind != "refused":
        return error
    return Refused(str(error).removeprefix(f"module {error.module}: "))
