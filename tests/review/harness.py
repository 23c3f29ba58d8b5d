"""A GitHub, a database and a review function in memory, and the job runner between them."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from bot.core.change import Change, File, FileStatus, Pull, PullRef, ToolReport
from bot.core.check_run import Check, CombinedStatus
from bot.core.comments.comment import Comment, MarkedText, Reaction
from bot.core.config import EffectiveConfig, Layer, merge_layers
from bot.core.findings.learnings import Forgotten, LearnedReply, MemoryEntry
from bot.core.findings.threads import LineContext
from bot.core.jobs import Cause, Job, JobState, Task
from bot.core.llm.budget import Spending, TokenLimits
from bot.core.llm.messages import Usage
from bot.core.missed_deliveries import OpenPull
from bot.core.records import ReviewRecord, Transcript
from bot.core.review import Coverage, Question, Review, ReviewSettings
from bot.engine.db.clock import utc_now
from bot.review.jobs.check_reruns import Reruns
from bot.review.jobs.commands import CommandHandler
from bot.review.jobs.merge_queue import MergeQueue
from bot.review.jobs.review_job import ReviewJob
from bot.review.jobs.runner import JobRunner
from bot.review.policy.pauses import Pauses
from bot.review.policy.pending_checks import PendingChecks
from bot.review.policy.skipped_heads import SkippedHeads
from bot.review.policy.triggers import TriggerPolicy
from bot.review.produce.completions import ReviewUsage
from bot.review.produce.context import ReviewContextBuilder
from bot.review.produce.options import ReviewOptions
from bot.review.produce.reviewer import AnswerOutcome, ReviewOutcome
from bot.review.publish.notices import StatusNotices
from bot.review.publish.replies import Replies

REF = PullRef(repository="acme/shop", number=3)
HEAD, OLDER = "c0ffee1" + "0" * 33, "0" * 40
FILES = ("shop/cart.py", "shop/price.py", "docs/cart.md")
ORIGIN = "ba5e000" + "0" * 33
PULL = Pull(
    ref=REF,
    title="Carts",
    body="",
    author="ada",
    base="main",
    origin=ORIGIN,
    head=HEAD,
    url="https://github.example/acme/shop/pull/3",
)
PATCH = "@@ -1 +1 @@\n-a\n+b\n"
_FILES = tuple(
    File(path=path, status=FileStatus.ADDED, additions=1, deletions=0, patch=PATCH) for path in FILES
)
REVIEW = Review(purpose="x", effort=1, coverage=tuple(Coverage(path=path, reviewed=True) for path in FILES))


def task(cause: Cause = Cause.PUSHED, **more: Any) -> Task:
    head = None if cause is Cause.COMMAND else HEAD
    return Task(**{"pull": REF, "cause": cause, "head": head, "actor": "mira", **more})


def command(words: str, **more: Any) -> Task:
    return task(Cause.COMMAND, comment=501, command=words, **more)


def job(of: Task, number: int = 1, **more: Any) -> Job:
    now = datetime(2026, 11, 21, tzinfo=UTC)
    return Job(
        id=number, task=of, state=JobState.RUNNING, attempt=1, due=now, created=now, updated=now, **more
    )


def record(head: str = HEAD, *, by: int = 99, review: Review = REVIEW, **more: Any) -> ReviewRecord:
    now = datetime(2026, 11, 20, tzinfo=UTC)
    values = {"pull": REF, "head": head, "cause": Cause.OPENED, "stage": "posted", "created": now, **more}
    return ReviewRecord(job=by, review=review, **values)


@dataclass
class FakeForge:
    """One pull request. `writers` may write; `said` holds the comments by marker, `replies` what was answered
    in threads, `checks` the checks by head. `trouble` is raised in place of the pull request,
    `permission` of what somebody may, `unlisted` of the comments and pull requests, `closed` of what is said
    in a thread, `unlit` of its lines.
    """

    pull_: Pull = PULL
    writers: set[str] = field(default_factory=lambda: {"mira"})
    standing_: CombinedStatus = CombinedStatus.NONE
    lines_: LineContext | None = None
    reactions: list[tuple[int, Reaction, bool]] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)
    replies: list[tuple[int, str]] = field(default_factory=list)
    checks: dict[str, Check] = field(default_factory=dict)
    ended_again: list[str] = field(default_factory=list)
    listed: list[OpenPull] = field(default_factory=list)
    trouble: Exception | None = None
    permission: Exception | None = None
    unlisted: Exception | None = None
    closed: Exception | None = None
    unlit: Exception | None = None

    async def find_check(self, ref: PullRef, head: str, name: str) -> Check | None:
        return self.checks.get(head)

    async def end_check_again(self, ref: PullRef, head: str, name: str) -> bool | None:
        check = self.checks.get(head)
        if check is None or check.conclusion is None:
            return False
        self.ended_again.append(head)
        return True

    async def put_check(self, ref: PullRef, head: str, check: Check, *, create: bool = True) -> bool:
        if create or head in self.checks:
            self.checks[head] = check
        return head in self.checks

    async def open_pulls(self, repository: str, installation: int | None) -> AsyncIterator[OpenPull]:
        assert repository == REF.repository
        for pull in self.listed:
            yield pull
        if self.unlisted:
            raise self.unlisted

    async def pull(self, ref: PullRef) -> Pull:
        assert ref == REF
        if self.trouble:
            raise self.trouble
        return self.pull_

    async def change(self, pull: Pull, *, patient: bool = True) -> Change:
        return Change(repository=pull.ref.repository, number=3, head=pull.head, origin=ORIGIN, files=_FILES)

    async def may_command(self, ref: PullRef, user: str) -> bool:
        if self.permission:
            raise self.permission
        return ref == REF and user in self.writers

    async def react(self, ref: PullRef, comment: int, reaction: Reaction, *, on_lines: bool = False) -> None:
        assert ref == REF
        self.reactions.append((comment, reaction, on_lines))

    async def combined_status(self, ref: PullRef, head: str, *, patient: bool = True) -> CombinedStatus:
        assert (ref, head) == (REF, self.pull_.head)
        return self.standing_

    async def reports(self, pull: Pull) -> Sequence[ToolReport]:
        return ()

    async def lines(self, ref: PullRef, comment: int) -> LineContext | None:
        assert (ref, comment) == (REF, 501)
        if self.unlit:
            raise self.unlit
        return self.lines_

    async def reply(self, ref: PullRef, first: int, text: MarkedText) -> None:
        assert ref == REF
        if self.closed:
            raise self.closed
        assert text.marker in text.body
        self.replies.append((first, text.body))

    async def find_comment(self, ref: PullRef, marker: str) -> Comment | None:
        if self.unlisted:
            raise self.unlisted
        found = self.said.get(marker)
        return Comment(id=1, author="code-review-bot[bot]", body=found) if found else None

    async def put_comment(self, ref: PullRef, text: MarkedText, known: int | None) -> int:
        assert known == 1
        return await self.add_comment(ref, text)

    async def add_comment(self, ref: PullRef, text: MarkedText) -> int:
        assert ref == REF
        assert text.marker in text.body
        self.said[text.marker] = text.body
        return 1


@dataclass
class FakePublisher:
    """Records the publications in short form."""

    told: list[str] = field(default_factory=list)

    async def announce(self, pull: Pull, of: Task, *, again: bool = False) -> int:
        self.told.append(f"announced {pull.head[:7]} {of.cause}{' again' if again else ''}")
        return 7

    async def publish(
        self,
        pull: Pull,
        report: Any,
        config: Any,
        *,
        patient: bool,
        quiet_inline: bool = False,
        partial_review: int | None = None,
    ) -> None:
        del pull, config, patient
        left_out = sorted(file.path for file in report.change.files if file.skip)
        words = [
            *(["quiet"] if quiet_inline else []),
            *([f"aside {partial_review}"] if partial_review else []),
            *left_out,
        ]
        self.told.append(" ".join(["published", *words]))

    async def skip(self, pull: Pull, reason: str, *, patient: bool = True) -> None:
        del patient
        self.told.append(f"skipped: {reason}")

    async def withdraw(self, pull: Pull, reason: str) -> None:
        self.told.append(f"withdrawn: {reason}")

    async def fail(self, pull: Pull, reason: str, *, again: bool = False) -> None:
        self.told.append(f"failed{', to be asked again' if again else ''}: {reason}")

    async def wait(self, pull: Pull, reason: str, due: datetime) -> None:
        del due
        self.told.append(f"waits: {reason}")

    async def supersede(self, pull: Pull, newer: str) -> None:
        self.told.append(f"superseded: {pull.head[:7]} by {newer[:7]}")

    async def restore(self, pull: Pull, reason: str) -> None:
        self.told.append(f"restored: {reason}")

    async def settle_others(self, pull: Pull, *, patient: bool = True) -> None:
        pass


@dataclass
class FakeReviewer:
    """`trouble` is raised where a review or an answer is asked for. `meanwhile` happens before each of two
    rounds of questions.
    """

    wishes: list[ReviewOptions] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    trouble: Exception | None = None
    meanwhile: Callable[[], None] = lambda: None
    rounds: int = 0
    paid: ReviewUsage = field(default_factory=lambda: ReviewUsage(usage=Usage(prompt=1200, answer=34)))

    async def review(
        self,
        change: Change,
        options: ReviewOptions,
        pull: Any,
        library: Any,
        *,
        checkpoint: Any,
        repository: Any,
        last: Any,
    ) -> ReviewOutcome:
        assert repository is None
        self._begin(options, pull, library)
        for _ in range(2):
            self.meanwhile()
            await checkpoint()
            self.rounds += 1
        transcript = Transcript(settings=options.settings, module="m")
        return ReviewOutcome(
            REVIEW, change, self.paid, 1.0, "gpt-5-mini", (), "m", transcript, Spending(), options.limits
        )

    async def reply(
        self,
        change: Change,
        question: Question,
        options: ReviewOptions,
        pull: Any,
        library: Any,
        *,
        repository: Any,
    ) -> AnswerOutcome:
        assert change.files
        assert repository is None
        self._begin(options, pull, library)
        self.questions.append(question)
        return AnswerOutcome("It **adds** `b`, @acme/all.", self.paid, 1.0, "gpt-5-mini")

    def _begin(self, options: ReviewOptions, pull: Any, library: Any) -> None:
        assert pull == REF
        assert library
        self.wishes.append(options)
        if self.trouble:
            raise self.trouble


@dataclass
class FakeState:
    """All stored state in memory: records, key values, published state, findings, configuration."""

    record: ReviewRecord | None = None
    saved: list[ReviewRecord] = field(default_factory=list)
    key_values: dict[str, str] = field(default_factory=dict)
    layer: dict[str, Any] = field(default_factory=dict)
    heads: list[str] = field(default_factory=list)
    learnt: list[Pull] = field(default_factory=list)
    waiting: bool = False
    submitted: list[Task] = field(default_factory=list)
    dismissed: list[tuple[int, str]] = field(default_factory=list)
    replies: list[LearnedReply] = field(default_factory=list)
    listed: list[MemoryEntry] = field(default_factory=list)
    forgotten: list[str] = field(default_factory=list)
    followed: list[Task] = field(default_factory=list)
    title: str | None = "Fails on an **empty** list"
    transcript_: Transcript | None = None

    def now(self) -> datetime:
        return utc_now()

    async def latest(self, pull: PullRef) -> ReviewRecord | None:
        assert pull == REF
        return self.record

    async def transcript(self, record: int) -> Transcript | None:
        return self.transcript_

    async def change(self, record: int) -> Change | None:
        return None

    async def save(self, record: ReviewRecord, change: Any = None, transcript: Any = None) -> ReviewRecord:
        self.saved.append(record)
        return record

    async def read(self, name: str) -> str | None:
        return self.key_values.get(name)

    async def write(self, name: str, text: str) -> None:
        self.key_values[name] = text

    async def named(self, prefix: str) -> Mapping[str, str]:
        return {name: text for name, text in self.key_values.items() if name.startswith(prefix)}

    async def announced(self, pull: PullRef) -> Sequence[str]:
        return self.heads

    async def of(self, pull: Pull, paths: Sequence[str] = (), *, patient: bool = True) -> EffectiveConfig:
        return merge_layers([Layer(name=".github/code-review-bot.yml", values=self.layer)])

    async def reviewing(self, pull: PullRef) -> bool:
        return self.waiting

    async def submit(self, task: Task, *, delivery: str | None = None, priority: int = 0) -> None:
        self.submitted.append(task)

    async def learn(self, pull: Pull, *, patient: bool) -> None:
        assert patient
        self.learnt.append(pull)

    async def learnings(self, repository: str) -> Sequence[LearnedReply]:
        return self.replies

    async def entries(self, repository: str) -> Sequence[MemoryEntry]:
        return self.listed

    async def forget(self, ids: Sequence[str], repository: str) -> Forgotten:
        known = {entry.id for entry in self.listed}
        self.forgotten += [one for one in ids if one in known]
        return Forgotten(
            forgotten=tuple(one for one in ids if one in known),
            unknown=tuple(one for one in ids if one not in known),
        )

    async def dismiss(self, pull: Pull, first: int, by: str) -> str | None:
        self.dismissed.append((first, by))
        return self.title

    def review(self, seconds: float) -> None:
        pass


@dataclass
class FakeLearner:
    followed: list[Task]

    async def run(self, of: Task, *, patient: bool) -> None:
        assert patient
        self.followed.append(of)


class Harness:
    """The job runner and everything it uses."""

    def __init__(self) -> None:
        self.github, self.publisher, self.reviewer, self.memory = (
            FakeForge(),
            FakePublisher(),
            FakeReviewer(),
            FakeState(),
        )
        github, publisher, reviewer, memory = self._parts()
        learner: Any = FakeLearner(memory.followed)
        contexts = ReviewContextBuilder(
            github,
            memory,
            reviewer,
            ReviewSettings(model=None, templates=()),
            TokenLimits(review=5000),
            memory,
        )
        pauses = Pauses(memory)
        self.replies = Replies(contexts, memory, memory, lambda: "code-review-bot")
        self.policy = TriggerPolicy(github, pauses, PendingChecks(memory), SkippedHeads(memory), memory)
        review_job = ReviewJob(contexts, publisher, self.policy, memory, memory)
        queue = MergeQueue(github, memory, memory, memory, memory)
        reruns = Reruns(github, github, jobs=memory, review_job=review_job, published=memory, records=memory)
        self.runner = JobRunner(
            contexts,
            policy=self.policy,
            review_job=review_job,
            command_handler=CommandHandler(github, review_job, self.replies, pauses, memory),
            reruns=reruns,
            queue=queue,
            publisher=publisher,
            tracker=memory,
            learner=learner,
            records=memory,
        )
        self.notices = StatusNotices(
            github, publisher, self.replies, queue, reruns, published=memory, records=memory
        )

    def _parts(self) -> Any:
        return self.github, self.publisher, self.reviewer, self.memory

    async def run(self, of: Task, **more: Any) -> JobState:
        return await self.runner.run(job(of, **more), patient=True)

    @property
    def told(self) -> list[str]:
        return self.publisher.told

    @property
    def reactions(self) -> list[Reaction]:
        return [reaction for _, reaction, _ in self.github.reactions]

    @property
    def said(self) -> str:
        """The single comment in the conversation."""
        [body] = self.github.said.values()
        return body
