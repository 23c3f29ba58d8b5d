"""Learns from what people with write permission reply to findings: "intended, because …".

The replies on GitHub are the source: a learning follows the edits and the deletion of its reply, until it is
taken back with `/forget`.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import structlog

from bot.core.best_effort import best_effort
from bot.core.change import PullRef
from bot.core.comments.comment import OWN_MARKER, Reaction
from bot.core.errors import Retry
from bot.core.findings.learnings import LearnedReply
from bot.core.findings.reasons import reason_in
from bot.core.findings.threads import Thread
from bot.core.jobs import ReplyChange, Task
from bot.core.rendering import key_of, read_comment
from bot.review.ports import Forge, Memory

log = structlog.get_logger()

_MAX_AUTHORS = 10  # people of one pull request whose permission is checked at a time
_APP = "[bot]"  # ends the login of an app


class ReplyLearner:
    """`name` returns the name to mention the bot by, which is known only some time after the start."""

    def __init__(self, forge: Forge, memory: Memory, name: Callable[[], str | None]) -> None:
        self._forge = forge
        self._memory = memory
        self._name = name

    async def run(self, task: Task, *, patient: bool) -> None:
        """Follows the change of one reply. Raises `Retry` and `Refused` if the threads cannot be read."""
        repository, comment = task.pull.repository, task.comment or 0
        if task.reply is ReplyChange.DELETED:
            await self._memory.drop(repository, [comment])
        elif task.reply is ReplyChange.REASONED or await self._memory.is_known(repository, comment):
            await self.follow(task.pull, await self._forge.threads(task.pull), patient=patient)

    async def follow(self, ref: PullRef, threads: Iterable[Thread], *, patient: bool = False) -> None:
        """Stores the reasons in these threads of the bot, and drops those that are no longer there. Raises
        `Retry` at a rate limit, and when a permission cannot be checked and the caller is `patient`.
        """
        threads = [thread for thread in threads if key_of(thread)]
        if not threads:
            return
        known = await self._memory.of_pull(ref.repository, ref.number)
        found = {reply.comment: reply for thread in threads for reply in self._reasons(ref, thread)}
        gone = [comment for comment in _listed_or_missing(threads, known) if comment not in found]
        if gone:
            await self._memory.drop(ref.repository, gone)
        changed = [reply for comment, reply in found.items() if known.get(comment) != reply]
        permitted = await self._by_writers(ref, changed, patient=patient)
        if permitted:
            kept = await self._memory.learn(ref.repository, permitted)
            for reply in permitted:
                if reply.comment in kept and reply.comment not in known:
                    await self._acknowledge(ref, reply)

    def _reasons(self, ref: PullRef, thread: Thread) -> Iterator[LearnedReply]:
        """The replies of people that give a reason against the finding of the thread."""
        finding = read_comment(thread)
        for reply in thread.replies:
            is_own = reply.author.endswith(_APP) or OWN_MARKER in reply.text
            text = None if is_own or reply.comment is None else reason_in(reply.text, self._name())
            if text is not None and reply.comment is not None:
                yield LearnedReply(
                    comment=reply.comment,
                    thread=thread.comment,
                    pull=ref.number,
                    author=reply.author,
                    path=thread.path,
                    finding=finding.title,
                    severity=finding.severity,
                    category=finding.category,
                    text=text,
                )

    async def _by_writers(
        self, ref: PullRef, replies: Sequence[LearnedReply], *, patient: bool
    ) -> Sequence[LearnedReply]:
        """The replies of people with write permission. Others that GitHub does not say now are learned at the
        next review.
        """
        authors = list(dict.fromkeys(reply.author for reply in replies))[:_MAX_AUTHORS]
        writers = set()
        for author in authors:
            permission = self._forge.may_command(ref, author)
            what = f"the permission of {author}"
            if await best_effort(permission, False, what=what, ref=ref, patient=patient):
                writers.add(author)
        return [reply for reply in replies if reply.author in writers]

    async def _acknowledge(self, ref: PullRef, reply: LearnedReply) -> None:
        """Shows the author that the reply was learned; ignores failures."""
        log.info("reply_learned", pull=str(ref), by=reply.author, finding=reply.finding)
        reaction = self._forge.react(ref, reply.comment, Reaction.SEEN, on_lines=True)
        try:
            await best_effort(reaction, None, what="the reaction eyes", ref=ref, patient=False)
        except Retry as error:
            log.warning("reaction_failed", reaction=Reaction.SEEN.value, reason=str(error))


def _listed_or_missing(threads: Iterable[Thread], known: Mapping[int, LearnedReply]) -> Iterator[int]:
    """The known replies about which these threads decide: those that are listed, and those that are missing
    from a thread of which all replies are listed.
    """
    by_comment = {thread.comment: thread for thread in threads}
    for comment, reply in known.items():
        thread = by_comment.get(reply.thread)
        if thread and (thread.whole or any(listed.comment == comment for listed in thread.replies)):
            yield comment
