"""Text from outside may hold a NUL, which PostgreSQL keeps in no text, or half of a surrogate pair, which
UTF-8 has not. Whatever it is, it costs no review.
"""

from datetime import UTC, datetime, timedelta

import pytest

from bot.core.change import Change, Commit, File, FileStatus, PullRef
from bot.core.findings.tracking import Dismissal, TrackedFinding
from bot.core.jobs import Cause, Delivery, Job, JobState, Task
from bot.core.llm.messages import Completion, Exchange, Finish, Usage
from bot.core.records import ReviewRecord, Transcript
from bot.core.review import ChangeNote, Review, ReviewSettings
from bot.engine import Store
from bot.engine.db.safe_text import as_json, storable

WILD = "a\0b\ud83dc\udc00d⚙😀"
TAME = "a\ufffdb?c?d⚙😀"
IN_JSON = "a\0b?c?d⚙😀"  # where a NUL is escaped
LEASE = timedelta(seconds=30)
PULL = PullRef(repository="o/r", number=1)


@pytest.mark.parametrize(
    ("text", "kept"),
    [("", ""), ("plain", "plain"), ("Löffel ⚙ 😀", "Löffel ⚙ 😀"), (WILD, TAME), ("\0" * 3, "\ufffd" * 3)],
)
def test_only_what_cannot_be_stored_is_replaced(text: str, kept: str) -> None:
    assert kept == storable(text)


def test_json_keeps_a_nul() -> None:
    commit = Commit(sha="a", message=WILD, author=WILD)

    assert commit.model_copy(update={"message": IN_JSON, "author": IN_JSON}) == Commit.model_validate_json(
        as_json(commit)
    )


async def test_a_job_with_wild_text_runs_and_tells_why_it_failed(store: Store) -> None:
    task = Task(
        pull=PULL, cause=Cause.COMMAND, head=WILD, actor=WILD, comment=7, command=f"ask {WILD}", base=WILD
    )
    submitted = await store.jobs.submit(task, delivery=WILD)
    assert submitted
    job = await store.jobs.claim(WILD, LEASE)
    assert job
    assert (f"ask {IN_JSON}", TAME) == (job.task.command, job.delivery)
    assert await store.jobs.retry(job, WILD, job.due, WILD)
    again = await store.jobs.claim(WILD, LEASE)
    assert again
    assert await store.jobs.finish(again, WILD, JobState.FAILED, WILD)

    ended = await store.jobs.get(job.id)
    assert isinstance(ended, Job)
    assert TAME == ended.error
    assert [TAME, TAME] == [job_error.text for job_error in await store.jobs.job_errors(job.id)]
    assert await store.jobs.submit(task, delivery=WILD)  # the failed job is found by its key and restarted
    assert 1 == len(await store.jobs.list())
    assert await store.jobs.cancel(job.id, WILD)


async def test_a_review_with_wild_text_is_kept_with_all_it_was_made_from(store: Store) -> None:
    answer = Completion(text=WILD, finish=Finish.STOP, usage=Usage(prompt=1, answer=1), model=WILD)
    note = ChangeNote(name="cart.py", text="a\0b")  # it comes from a module, and so in UTF-8
    record = ReviewRecord(
        pull=PULL,
        head=WILD,
        cause=Cause.PUSHED,
        review=Review(purpose="a\0b", notes=(note,), effort=1),
        model=WILD,
        created=datetime.now(UTC),
    )
    file = File(
        path=WILD, status=FileStatus.ADDED, additions=1, deletions=0, patch=f"@@ -0,0 +1 @@\n+{WILD}\n"
    )
    change = Change(title=WILD, body=WILD, author=WILD, files=(file,))
    transcript = Transcript(
        settings=ReviewSettings(model=None, templates=(), guidance=WILD),
        exchanges=(Exchange(id=WILD, answer=answer),),
        module="m",
    )

    saved = await store.records.save(record, change, transcript)
    assert saved.id

    kept, told = await store.records.get(saved.id), await store.records.change(saved.id)
    made = await store.records.transcript(saved.id)
    assert kept
    assert told
    assert made
    assert ("a\0b", TAME, TAME) == (kept.review.purpose, kept.head, kept.model)
    assert (IN_JSON, f"@@ -0,0 +1 @@\n+{IN_JSON}\n") == (told.files[0].path, told.files[0].patch)
    assert (IN_JSON, IN_JSON) == (made.settings.guidance, made.exchanges[0].id)


async def test_what_was_found_and_left_on_github_is_kept(store: Store) -> None:
    known = TrackedFinding(
        fingerprint=WILD, path=WILD, text=WILD, category=WILD, title=WILD, severity="minor", seen=WILD
    )
    dismissal = Dismissal(
        fingerprint=WILD, path=WILD, text=WILD, category=WILD, title=WILD, by=WILD, how="command"
    )
    for _ in range(2):
        await store.findings.save(PULL, [known])
        await store.findings.dismiss("o/r", [dismissal])
        await store.published.remember_remarks(PULL, [WILD])
        await store.published.announce(PULL, WILD)
        await store.key_values.write(WILD, WILD)
        await store.cooldowns.start(WILD, 60, WILD)

    assert [IN_JSON] == [one.title for one in await store.findings.of(PULL)]
    assert [IN_JSON] == [one.by for one in await store.findings.dismissals("o/r")]
    assert {TAME} == await store.published.remarked(PULL)
    assert [TAME] == await store.published.announced(PULL)
    assert TAME == await store.key_values.read(WILD)
    await store.published.settle(PULL, WILD)
    assert not await store.published.announced(PULL)


async def test_a_delivery_is_set_aside_for_a_wild_reason(store: Store) -> None:
    body = b'{"title": "a\\u0000b"}'
    await store.inbox.receive(Delivery(id="d-1", event="push", body=body, received=datetime.now(UTC)))
    await store.inbox.put_off("d-1", timedelta(0), WILD)
    await store.inbox.set_aside("d-1", WILD)

    assert [TAME] == [one.reason for one in await store.inbox.list_set_aside()]
