"""A GitHub in memory with one pull request, and the stored state of what the bot posted there.

Any call may be the last one of a process: `die_at` names it, counted from 1, before or after its effect.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from bot.core.change import PullRef
from bot.core.check_run import Check
from bot.core.comments.comment import Comment, InlineComment, MarkedText, PostingResult, Reaction
from bot.core.findings.learnings import LearnedReply
from bot.core.findings.threads import Thread, ThreadReply
from bot.core.findings.tracking import Dismissal, TrackedFinding

T = TypeVar("T")

BOT = "code-review-bot[bot]"


class Died(Exception):
    """The process has ended."""


@dataclass
class FakeGitHub:
    """`writers` have write permission. `takes(comment)` says whether GitHub accepts a comment. `troubles`
    are raised by the methods of those names.
    """

    writers: frozenset[str] = frozenset({"mira"})
    takes: Callable[[InlineComment], bool] = lambda _: True
    may_resolve: bool = True
    threads_: dict[int, Thread] = field(default_factory=dict)
    reviews: list[tuple[str, bool]] = field(default_factory=list)
    comments: dict[int, str] = field(default_factory=dict)
    labels: set[str] = field(default_factory=set)
    checks: dict[str, Check] = field(default_factory=dict)
    reactions: list[tuple[int, Reaction]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    die_at: float = 0
    troubles: dict[str, Exception] = field(default_factory=dict)
    _numbers: int = 100

    def thread(self, title: str) -> Thread:
        """The single thread on the finding with that title."""
        [found] = [one for one in self.threads_.values() if title in one.body]
        return found

    def change(self, thread: Thread, **fields: object) -> None:
        """Changes a thread like a person."""
        self.threads_[thread.comment] = thread.model_copy(update=fields)

    async def threads(self, ref: PullRef) -> Sequence[Thread]:
        return self._step("threads", lambda: list(self.threads_.values()))

    async def may_command(self, ref: PullRef, user: str) -> bool:
        return self._step(f"may_command {user}", lambda: user in self.writers)

    async def find_comment(self, ref: PullRef, marker: str) -> Comment | None:
        found = [(number, body) for number, body in self.comments.items() if marker in body]
        return self._step(
            "find_comment", lambda: Comment(id=found[0][0], author=BOT, body=found[0][1]) if found else None
        )

    async def put_comment(
        self, ref: PullRef, text: MarkedText, known: int | None, *, create: bool = True
    ) -> int | None:
        def put() -> int | None:
            comments = self.comments.items()
            there = [number for number, body in comments if number == known or text.marker in body]
            if not there and not create:
                return None
            number = there[0] if there else self._number()
            self.comments[number] = text.body
            return number

        return self._step("put_comment", put)

    async def add_comment(self, ref: PullRef, text: MarkedText) -> int:
        def add() -> int:
            number = self._number()
            self.comments[number] = text.body
            return number

        return self._step("add_comment", add)

    async def reply(self, ref: PullRef, first: int, text: MarkedText) -> None:
        def say() -> None:
            thread = self.threads_.get(first)
            if thread and not any(text.marker in said.text for said in thread.replies):
                said = ThreadReply(author=BOT, mine=True, text=text.body, comment=self._number())
                self.change(thread, replies=(*thread.replies, said))

        self._step("reply", say)

    async def react(self, ref: PullRef, comment: int, reaction: Reaction, *, on_lines: bool = False) -> None:
        def give() -> None:
            assert on_lines
            self.reactions.append((comment, reaction))

        self._step("react", give)

    async def resolve(self, ref: PullRef, thread: str, *, resolved: bool = True) -> bool:
        def turn() -> bool:
            [one] = [one for one in self.threads_.values() if one.id == thread]
            if self.may_resolve:
                self.change(one, resolved=resolved, resolver=BOT if resolved else None)
            return self.may_resolve

        return self._step("resolve", turn)

    async def minimise(self, ref: PullRef, node: str) -> bool:
        def fold() -> bool:
            [one] = [one for one in self.threads_.values() if one.node == node]
            self.change(one, minimised=True)
            return True

        return self._step("minimise", fold)

    async def put_review(
        self,
        ref: PullRef,
        head: str,
        text: MarkedText,
        comments: Sequence[InlineComment],
        *,
        blocking: bool = False,
    ) -> PostingResult:
        def post() -> PostingResult:
            if any(text.marker in body for body, _ in self.reviews):
                bodies = {thread.body for thread in self.threads_.values()}
                return PostingResult([comment for comment in comments if comment.body not in bodies])
            self.reviews.append((text.body, blocking))
            for comment in filter(self.takes, comments):
                self._begin(comment)
            return PostingResult([comment for comment in comments if not self.takes(comment)])

        return self._step("put_review", post)

    async def unblock(self, ref: PullRef, reason: str) -> None:
        def dismiss() -> None:
            self.reviews = [(body, False) for body, _ in self.reviews]

        self._step("unblock", dismiss)

    async def label(self, ref: PullRef, wanted: Collection[str], unwanted: Collection[str]) -> None:
        def change() -> None:
            self.labels = (self.labels - set(unwanted)) | set(wanted)

        self._step("label", change)

    async def put_check(self, ref: PullRef, head: str, check: Check, *, create: bool = True) -> bool:
        def put() -> bool:
            if create or head in self.checks:
                self.checks[head] = check
            return head in self.checks

        return self._step("put_check", put)

    def _begin(self, comment: InlineComment) -> None:
        number = self._number()
        line = None if comment.whole else comment.end
        self.threads_[number] = Thread(
            id=f"T{number}",
            comment=number,
            node=f"N{number}",
            path=comment.path,
            line=line,
            side=comment.side,
            body=comment.body,
        )

    def _number(self) -> int:
        self._numbers += 1
        return self._numbers

    def _step(self, name: str, effect: Callable[[], T]) -> T:
        """`die_at` 3 dies before the effect of the third call, 3.5 after it."""
        self.calls.append(name)
        if trouble := self.troubles.get(name.partition(" ")[0]):
            raise trouble
        if self.die_at == len(self.calls):
            raise Died(name)
        done = effect()
        if self.die_at == len(self.calls) + 0.5:
            raise Died(name)
        return done


@dataclass
class FakeConfigSource:
    """The stored state of one pull request and its repository, in memory."""

    comment: tuple[int, int] | None = None
    remarks: set[str] = field(default_factory=set)
    heads: dict[str, None] = field(default_factory=dict)
    known: dict[str, TrackedFinding] = field(default_factory=dict)
    dismissed: dict[str, Dismissal] = field(default_factory=dict)
    restored_: set[str] = field(default_factory=set)
    learned: dict[int, LearnedReply] = field(default_factory=dict)
    forgotten: set[int] = field(default_factory=set)

    async def comment_of(self, pull: PullRef) -> tuple[int, int] | None:
        return self.comment

    async def remember_comment(self, pull: PullRef, comment: int, renewed: int = 0) -> None:
        self.comment = comment, renewed

    async def remarked(self, pull: PullRef) -> frozenset[str]:
        return frozenset(self.remarks)

    async def remember_remarks(self, pull: PullRef, fingerprints: Iterable[str]) -> None:
        self.remarks |= set(fingerprints)

    async def announce(self, pull: PullRef, head: str) -> None:
        self.heads[head] = None

    async def announced(self, pull: PullRef) -> Sequence[str]:
        return list(self.heads)

    async def settle(self, pull: PullRef, head: str) -> None:
        self.heads.pop(head, None)

    async def of(self, pull: PullRef) -> Sequence[TrackedFinding]:
        return list(self.known.values())

    async def save(self, pull: PullRef, known: Iterable[TrackedFinding]) -> None:
        self.known |= {one.fingerprint: one for one in known}

    async def dismissals(self, repository: str) -> Sequence[Dismissal]:
        return list(self.dismissed.values())

    async def dismiss(self, repository: str, dismissals: Iterable[Dismissal]) -> None:
        self.dismissed = {one.fingerprint: one for one in dismissals} | self.dismissed

    async def restored(self, repository: str) -> frozenset[str]:
        return frozenset(self.restored_)

    async def of_pull(self, repository: str, pull: int) -> Mapping[int, LearnedReply]:
        return {comment: one for comment, one in self.learned.items() if one.pull == pull}

    async def learn(self, repository: str, replies: Sequence[LearnedReply]) -> frozenset[int]:
        kept = {one.comment: one for one in replies if one.comment not in self.forgotten}
        self.learned |= kept
        return frozenset(kept)

    async def drop(self, repository: str, comments: Iterable[int]) -> None:
        for comment in comments:
            self.learned.pop(comment, None)

    async def is_known(self, repository: str, comment: int) -> bool:
        return comment in self.learned
