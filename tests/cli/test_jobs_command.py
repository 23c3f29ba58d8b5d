"""`review-bot jobs`: what it shows and does, and what it says to those who ask for what cannot be."""

import asyncio
import os
from datetime import UTC, datetime, timedelta

import pytest

from bot.core.change import PullRef
from bot.core.jobs import Cause, Delivery, JobState, Task
from bot.core.records import ReviewRecord
from bot.core.review import Finding, FindingSource, Review, Severity, Side
from bot.engine import Store, connect
from tests.cli.conftest import Run

LEASE = timedelta(seconds=30)


def push(number: int) -> Task:
    return Task(
        pull=PullRef(repository="acme/shop", number=number), cause=Cause.PUSHED, head="a" * 40, actor="mira"
    )


async def fill(store: Store) -> None:
    """One failed, one parked, one waiting."""
    await store.jobs.submit(push(1), delivery="d-1")
    for error in ("connection reset", "the model was away"):
        job = await store.jobs.claim("w", LEASE)
        assert job
        if error == "connection reset":
            await store.jobs.retry(job, "w", datetime.now(UTC), error)
        else:
            await store.jobs.finish(job, "w", JobState.FAILED, error)
    await store.jobs.submit(push(2))
    job = await store.jobs.claim("w", LEASE)
    assert job
    await store.jobs.park(job, "w", datetime.now(UTC) + timedelta(hours=1), "[GitHub's] rate limit")
    await store.jobs.submit(push(3))


@pytest.fixture
def _jobs() -> None:
    async def main() -> None:
        async with await connect(os.environ["DATABASE_URL"]) as store:
            await fill(store)

    asyncio.run(main())


@pytest.mark.usefixtures("_jobs")
def test_jobs_are_listed_the_newest_first(run: Run) -> None:
    listed = run("jobs", "list").out

    assert listed.index("acme/shop#3") < listed.index("acme/shop#2") < listed.index("acme/shop#1")
    assert "[GitHub's] rate limit" in listed
    assert ["failed"] == [job["state"] for job in run("jobs", "list", "--state", "failed", "--json").json]
    assert 1 == len(run("jobs", "list", "--limit", "1", "--json").json)


@pytest.mark.usefixtures("_jobs")
def test_one_is_shown_with_all_that_went_wrong_and_what_to_do(run: Run) -> None:
    shown = run("jobs", "show", "1").out
    told = run("jobs", "show", "1", "--json").json

    assert "pushed by mira" in shown
    assert "review-bot jobs retry 1" in shown
    assert shown.index("connection reset") < shown.index("the model was away")
    assert ["connection reset", "the model was away"] == [job_error["text"] for job_error in told["mishaps"]]
    assert "resumes by itself" in run("jobs", "show", "2").out


@pytest.mark.usefixtures("_jobs")
def test_one_starts_anew_once(run: Run) -> None:
    assert "job 1 will be retried" in run("jobs", "retry", "1").out
    again = run("jobs", "retry", "1")

    assert 1 == again.status
    assert (
        "job 1 is waiting and cannot be retried: only failed and cancelled jobs can be retried" in again.err
    )


@pytest.mark.usefixtures("_jobs")
def test_all_that_failed_start_anew(run: Run) -> None:
    assert "job 1 will be retried\n" == run("jobs", "retry", "--failed").out
    assert "" == run("jobs", "retry", "--failed").out


@pytest.mark.usefixtures("_jobs")
def test_one_that_waits_is_cancelled_and_one_that_ended_is_not(run: Run) -> None:
    assert "job 2 is being cancelled" in run("jobs", "cancel", "2", "--reason", "Not now").out
    ended = run("jobs", "cancel", "1")

    assert "will end as cancelled" in run("jobs", "show", "2").out
    assert (1, "review-bot: job 1 is already failed\n") == (ended.status, ended.err)


@pytest.mark.parametrize("words", [("retry",), ("retry", "1", "--failed")])
def test_which_ones_must_be_said(run: Run, words: tuple[str, ...]) -> None:
    ran = run("jobs", *words)

    assert 1 == ran.status
    assert "--failed" in ran.err


@pytest.mark.usefixtures("_jobs")
@pytest.mark.parametrize("verb", ["show", "retry", "cancel"])
def test_a_job_that_is_not_there_is_named(run: Run, verb: str) -> None:
    ran = run("jobs", verb, "99")

    assert (1, True) == (ran.status, "there is no job 99" in ran.err)


@pytest.mark.parametrize("words", [("list",), ("show", "1"), ("retry", "1"), ("cancel", "1")])
def test_a_database_that_is_not_there_is_not_made(run: Run, words: tuple[str, ...]) -> None:
    """It would be the wrong one, and empty."""
    ran = run("jobs", *words)

    assert 1 == ran.status
    assert "DATABASE_URL" in ran.err
    assert "bot.db does not exist" in ran.err


@pytest.fixture
def _set_aside() -> None:
    """Two deliveries that make no job, beside three jobs."""

    async def main() -> None:
        async with await connect(os.environ["DATABASE_URL"]) as store:
            await fill(store)
            for name in ("72d3162e-cc78", "83d3162e-cc78"):
                await store.inbox.receive(
                    Delivery(id=name, event="pull_request", body=b"{}", received=datetime.now(UTC))
                )
                await store.inbox.set_aside(name, "database bot rejects it: [integer] out\nof range")

    asyncio.run(main())


@pytest.fixture
def _unshown(_jobs: None) -> None:
    """The review of the failed job, which GitHub would not show."""
    finding = Finding(
        path="shop/cart.py", line=2, end=2, side=Side.RIGHT, severity=Severity.CRITICAL,
        source=FindingSource.MODEL,
        category="x", confidence=0.9, title="Fails on an\x1b[2J empty list", body="It has no first item.",
    )  # fmt: skip
    record = ReviewRecord(
        pull=push(1).pull, head="a" * 40, cause=Cause.PUSHED, job=1, created=datetime.now(UTC),
        review=Review(purpose="Counts anew.", findings=(finding,), effort=1),
    )  # fmt: skip

    async def main() -> None:
        async with await connect(os.environ["DATABASE_URL"]) as store:
            await store.records.save(record)

    asyncio.run(main())


async def _unread() -> list[str]:
    async with await connect(os.environ["DATABASE_URL"]) as store:
        return [one.id for one in await store.inbox.unread(10)]


@pytest.mark.usefixtures("_set_aside")
def test_deliveries_that_are_set_aside_are_named_beside_the_jobs(run: Run) -> None:
    assert "2 deliveries were set aside" in run("jobs", "list").out
    listed = run("jobs", "deliveries").out
    told = run("jobs", "deliveries", "--json").json

    assert listed.index("83d3162e-cc78") < listed.index("72d3162e-cc78")
    assert "database bot rejects it: [integer] out of range" in listed
    assert [("83d3162e-cc78", "pull_request"), ("72d3162e-cc78", "pull_request")] == [
        (one["delivery"], one["event"]) for one in told
    ]


@pytest.mark.usefixtures("_set_aside")
def test_a_delivery_that_is_set_aside_is_shown_with_what_to_do(run: Run) -> None:
    shown = run("jobs", "show", "72d3162e-cc78").out

    assert "review-bot jobs retry 72d3162e-cc78" in shown
    assert "out\nof range" in shown
    assert "72d3162e-cc78" == run("jobs", "show", "72d3162e-cc78", "--json").json["delivery"]


@pytest.mark.usefixtures("_set_aside")
def test_deliveries_are_read_again_one_by_one_or_all(run: Run) -> None:
    assert "delivery 83d3162e-cc78 will be retried" in run("jobs", "retry", "83d3162e-cc78", "1").out
    assert ["83d3162e-cc78"] == asyncio.run(_unread())
    assert "1 delivery was set aside" in run("jobs", "list").out

    assert "delivery 72d3162e-cc78 will be retried" in run("jobs", "retry", "--set-aside").out
    assert ["72d3162e-cc78", "83d3162e-cc78"] == asyncio.run(_unread())
    assert "set aside" not in run("jobs", "list").out
    assert "no deliveries were set aside" in run("jobs", "deliveries").out


@pytest.mark.usefixtures("_set_aside")
@pytest.mark.parametrize("words", [("show", "d-none"), ("retry", "d-none")])
def test_a_delivery_that_is_not_set_aside_is_named(run: Run, words: tuple[str, str]) -> None:
    asked = run("jobs", *words)

    assert 1 == asked.status
    assert "no delivery d-none was set aside; `review-bot jobs deliveries` lists those that were" in asked.err


@pytest.mark.usefixtures("_jobs")
@pytest.mark.parametrize("command", ["show", "retry", "cancel"])
def test_a_number_beyond_all_jobs_is_no_jobs(run: Run, command: str) -> None:
    for number in (2**31, 2**63, 10**30):
        asked = run("jobs", command, str(number))

        assert 1 == asked.status
        assert f"there is no job {number}" in asked.err


@pytest.mark.usefixtures("_unshown")
def test_the_findings_that_github_would_not_show_can_be_read(run: Run) -> None:
    shown = run("jobs", "show", "1").out

    assert (
        "1 finding:\n  shop/cart.py:2 critical: Fails on an[2J empty list\n    It has no first item.\n"
        in shown
    )
    assert run("jobs", "show", "1", "--json").json["unshown"]["purpose"] == "Counts anew."
    assert run("jobs", "show", "2", "--json").json["unshown"] is None
    assert "finding" not in run("jobs", "show", "2").out
