"""`review-bot learned`: what was learned and dismissed, in all repositories or in one, and taking it back."""

import asyncio
import os

import pytest

from bot.core.findings.learnings import LearnedReply
from bot.core.findings.tracking import Dismissal
from bot.engine import connect
from tests.cli.conftest import Run


@pytest.fixture
def _entries() -> None:
    async def main() -> None:
        async with await connect(os.environ["DATABASE_URL"]) as store:
            for number, repository in enumerate(("acme/shop", "acme/till"), 1):
                reply = LearnedReply(
                    comment=number,
                    pull=1,
                    author="mira",
                    path="a.py",
                    finding="[Odd]",
                    text=f"by\x1b design {number}",
                )
                await store.memory.learn(repository, [reply])
            dismissal = Dismissal(
                fingerprint="f",
                path="b.py",
                text="x",
                category="style",
                title="Slow",
                by="ben",
                how="reaction",
            )
            await store.findings.dismiss("acme/shop", [dismissal])

    asyncio.run(main())


@pytest.mark.usefixtures("_entries")
def test_entries_of_all_repositories_or_of_one_are_listed(run: Run) -> None:
    listed = run("learned", "list").out

    assert "acme/till" in listed
    assert "by design 1" in listed.replace("\x1b", "")
    assert "\x1b" not in listed
    assert "[Odd]" in listed
    assert "dismissed: reaction" in listed
    assert ["d1", "2", "1"] == [entry["id"] for entry in run("learned", "list", "--json").json]
    assert ["d1"] == [entry["id"] for entry in run("learned", "list", "--limit", "1", "--json").json]
    one = run("learned", "list", "--repository", "acme/till", "--json").json
    assert [("2", "learning", "acme/till")] == [
        (entry["id"], entry["kind"], entry["repository"]) for entry in one
    ]


@pytest.mark.usefixtures("_entries")
def test_entries_are_forgotten_and_again_without_an_error(run: Run) -> None:
    assert "1 is forgotten\nd1 is forgotten\n" == run("learned", "forget", "1", "D1").out
    assert "1 is forgotten\n" == run("learned", "forget", "1").out
    assert ["2"] == [entry["id"] for entry in run("learned", "list", "--json").json]
    assert {"forgotten": ["2"], "unknown": []} == run("learned", "forget", "2", "--json").json
    assert "nothing is learned or dismissed" in run("learned", "list").out


@pytest.mark.usefixtures("_entries")
def test_unknown_entries_are_named_after_the_others_were_forgotten(run: Run) -> None:
    ran = run("learned", "forget", "1", "99", "--repository", "acme/shop")
    other = run("learned", "forget", "2", "--repository", "acme/shop")

    assert (1, "1 is forgotten\n") == (ran.status, ran.out)
    assert "there is no entry 99 of acme/shop" in ran.err
    assert (1, True) == (other.status, "there is no entry 2 of acme/shop" in other.err)


@pytest.mark.parametrize("words", [("list",), ("forget", "1")])
def test_a_database_that_is_not_there_is_not_made(run: Run, words: tuple[str, ...]) -> None:
    ran = run("learned", *words)

    assert 1 == ran.status
    assert "does not exist" in ran.err
