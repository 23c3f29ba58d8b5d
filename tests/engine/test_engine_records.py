"""Completions and reviews are stored and read back unchanged."""

import sqlite3
from pathlib import Path

from bot.core.change import Change, File, FileStatus, PullRef
from bot.core.jobs import Cause
from bot.core.llm.messages import Completion, Excerpt, Exchange, Failure, FailureKind, Finish, Usage
from bot.core.records import ReviewRecord, ReviewStage, Transcript
from bot.core.review import Coverage, Finding, FindingSource, Review, ReviewSettings, Severity, Side
from bot.engine import Store, connect
from tests.engine.conftest import HandClock

PULL = PullRef(repository="octo/spoon", number=7, installation=5)
KEY = "ab" * 32


def completion(text: str) -> Completion:
    return Completion(text=text, finish=Finish.STOP, usage=Usage(prompt=900, answer=12), model="gpt-5-mini")


def review(purpose: str = "Adds a spoon") -> Review:
    finding = Finding(
        path="a.py",
        line=3,
        end=4,
        side=Side.RIGHT,
        severity=Severity.MAJOR,
        category="bug",
        confidence=0.8,
        title="Off by one ⚠",
        body="`range` ends early",
        source=FindingSource.MODEL,
    )
    coverage = (Coverage(path="a.py", reviewed=True), Coverage(path="b.bin", reviewed=False, reason="binary"))
    return Review(purpose=purpose, findings=(finding,), coverage=coverage, effort=2)


def record(clock: HandClock, **words: object) -> ReviewRecord:
    values = {"pull": PULL, "head": "a1", "cause": Cause.PUSHED, "review": review(), "created": clock.now}
    return ReviewRecord.model_validate(values | words)


def change(lines: int = 1) -> Change:
    patch = f"@@ -0,0 +1,{lines} @@\n" + "+print('spoon')\n" * lines
    file = File(path="a.py", status=FileStatus.ADDED, additions=lines, deletions=0, patch=patch)
    return Change(repository="octo/spoon", number=7, head="a1", files=(file,))


def transcript() -> Transcript:
    """Contains each kind of answer."""
    answers = (completion("{}"), Excerpt(text="é\n"), Failure(kind=FailureKind.BUDGET, message="spent"))
    exchanges = tuple(Exchange(id=f"q/{at}", answer=answer) for at, answer in enumerate(answers))
    settings = ReviewSettings(model=None, templates=(), confidence=0.1)
    return Transcript(settings=settings, exchanges=exchanges, counts={"x!y": 3}, module="ab")


async def test_an_answer_is_found_by_its_key_also_after_a_restart(url: str) -> None:
    async with await connect(url) as store:
        assert await store.journal.get(KEY) is None
        await store.journal.put(KEY, completion("fine"), PULL)

    async with await connect(url) as store:
        assert await store.journal.get(KEY) == completion("fine")


async def test_the_first_answer_of_a_key_stays_so_that_a_replay_is_the_same(store: Store) -> None:
    await store.journal.put(KEY, completion("first"), PULL)
    await store.journal.put(KEY, completion("second"), None)

    assert await store.journal.get(KEY) == completion("first")


async def test_a_review_without_a_pull_request_journals_as_well(store: Store) -> None:
    await store.journal.put(KEY, completion("fine"), None)

    assert await store.journal.get(KEY) == completion("fine")


async def test_a_record_comes_back_as_it_was(store: Store, clock: HandClock) -> None:
    assert await store.records.latest(PULL) is None

    saved = await store.records.save(
        record(clock, job=4, comment=77, model="gpt-5-mini", usage=Usage(prompt=10, answer=2), seconds=3.25)
    )

    assert saved.id == 1
    assert await store.records.latest(PULL) == saved


async def test_a_record_tells_whether_its_tokens_are_estimated(store: Store, clock: HandClock) -> None:
    usages = [Usage(prompt=900, answer=12, estimated=estimated) for estimated in (True, False)]
    kept = [await store.records.save(record(clock, usage=usage)) for usage in usages]

    assert usages == [found.usage for one in kept if (found := await store.records.get(one.id or 0))]


async def test_a_job_that_runs_again_after_a_crash_leaves_one_record(store: Store, clock: HandClock) -> None:
    made = await store.records.save(record(clock, job=4), change())
    clock.pass_by(60)

    posted = await store.records.save(
        record(clock, job=4, stage=ReviewStage.POSTED, review=review("Adds two spoons"))
    )

    latest = await store.records.latest(PULL)
    assert posted.id == made.id
    assert latest is not None
    assert (latest.stage, latest.review.purpose, latest.id) == (
        ReviewStage.POSTED,
        "Adds two spoons",
        made.id,
    )
    assert await store.records.change(1) == change()


async def test_a_record_that_was_saved_is_changed_in_place(store: Store, clock: HandClock) -> None:
    made = await store.records.save(record(clock))
    other = await store.records.save(record(clock))

    posted = await store.records.save(made.model_copy(update={"stage": ReviewStage.POSTED, "comment": 5}))

    assert (made.id, other.id, posted.id) == (1, 2, 1)
    assert await store.records.latest(PULL) == other


async def test_the_latest_record_is_of_the_same_pull_request(store: Store, clock: HandClock) -> None:
    similar = PULL.model_copy(update={"number": 77})
    mine = await store.records.save(record(clock, job=1))
    await store.records.save(record(clock, job=2, pull=similar))

    assert await store.records.latest(PULL) == mine


async def test_a_change_is_kept_small(sqlite_store: Store, clock: HandClock, tmp_path: Path) -> None:
    await sqlite_store.records.save(record(clock), change(20_000))

    assert await sqlite_store.records.change(1) == change(20_000)
    with sqlite3.connect(tmp_path / "bot.db") as file:
        (size,) = file.execute("SELECT length(change) FROM reviews").fetchone()
    file.close()
    assert size < 10_000


async def test_a_record_without_its_change_says_so(store: Store, clock: HandClock) -> None:
    await store.records.save(record(clock))

    assert await store.records.change(1) is None
    assert await store.records.change(99) is None


async def test_a_record_is_found_by_its_number(store: Store, clock: HandClock) -> None:
    first = await store.records.save(record(clock, job=1))
    await store.records.save(record(clock, job=2))

    assert first.id
    assert await store.records.get(first.id) == first
    assert await store.records.get(99) is None


async def test_a_transcript_comes_back_as_it_was(store: Store, clock: HandClock) -> None:
    made = await store.records.save(record(clock, job=4), change(), transcript())
    assert made.id
    assert await store.records.transcript(made.id) == transcript()

    await store.records.save(record(clock, job=4, stage=ReviewStage.POSTED))
    assert await store.records.transcript(made.id) == transcript()
    assert await store.records.change(made.id) == change()


async def test_a_record_without_its_transcript_says_so(store: Store, clock: HandClock) -> None:
    await store.records.save(record(clock), change())

    assert await store.records.transcript(1) is None
    assert await store.records.transcript(99) is None


async def test_the_size_of_a_record_is_that_of_both(
    sqlite_store: Store, clock: HandClock, tmp_path: Path
) -> None:
    await sqlite_store.records.save(record(clock, job=4), change(), transcript())
    await sqlite_store.records.save(record(clock, job=4), change(500))
    await sqlite_store.records.save(record(clock, job=4, stage=ReviewStage.POSTED))

    with sqlite3.connect(tmp_path / "bot.db") as file:
        [row] = file.execute("SELECT size, length(change), length(transcript) FROM reviews").fetchall()
    file.close()
    assert row[0] == row[1] + row[2] > 0
