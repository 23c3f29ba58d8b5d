"""GitHub's ids have outgrown 32 bits, and so have ours after some years: everything works with them.

On PostgreSQL, whose integers have 32 bits unless they are told otherwise.
"""

import asyncio
from typing import Any

import psycopg
import pytest

from bot.engine import connect
from tests.postgres import Cluster
from tests.stories.diffs import FIX, LOOP
from tests.stories.stage import BOT, Stage

LARGE = 2**33
FIRST_LINE = {"path": "shop/cart.py", "line": 2, "end_line": 2}
SEQUENCES = (
    "deliveries_number_seq",
    "dismissals_number_seq",
    "findings_number_seq",
    "jobs_id_seq",
    "reservations_id_seq",
    "reviews_id_seq",
    "troubles_id_seq",
)
NUMBERS = """
    SELECT 'job', id FROM jobs UNION ALL
    SELECT 'installation of a job', installation FROM jobs UNION ALL
    SELECT 'comment of a command', (task::json ->> 'comment')::bigint FROM jobs
        WHERE cause = 'command' UNION ALL
    SELECT 'review', id FROM reviews UNION ALL
    SELECT 'job of a review', job FROM reviews UNION ALL
    SELECT 'comment of a review', comment FROM reviews UNION ALL
    SELECT 'summary', comment FROM summaries UNION ALL
    SELECT 'finding', number FROM findings UNION ALL
    SELECT 'comment of a finding', (known::json ->> 'comment')::bigint FROM findings UNION ALL
    SELECT 'dismissal', number FROM dismissals UNION ALL
    SELECT 'delivery', number FROM deliveries UNION ALL
    SELECT 'delivery of a body', delivery FROM bodies
"""


@pytest.fixture
async def database(postgres: Cluster) -> str:
    """A database that has numbered some billions of rows."""
    url = postgres.fresh()
    async with await connect(url):
        pass
    with psycopg.connect(url, autocommit=True) as connection:
        for name in SEQUENCES:
            connection.execute("SELECT setval(%s, %s)", (name, LARGE))
    return url


def numbers(url: str) -> dict[str, set[int | None]]:
    """What is stored, by what it is the number of."""
    found: dict[str, set[int | None]] = {}
    with psycopg.connect(url) as connection:
        for name, number in connection.execute(NUMBERS).fetchall():
            found.setdefault(name, set()).add(number)
    return found


def replies(stage: Stage, number: int) -> list[dict[str, Any]]:
    """The bot's answers in threads."""
    return [said for said in stage.pull(number)["inline"] if said["user"] == BOT and said["reply_to"]]


def ids(stage: Stage, number: int) -> set[int]:
    """Of all that stands on the pull request."""
    pull = stage.pull(number)
    said = [one["id"] for kind in ("comments", "inline", "reviews") for one in pull[kind]]
    return {*said, *stage.simulator.world.repository("acme/shop").checks}


async def test_from_the_delivery_to_the_check_ids_are_large(unset_stage: Stage, database: str) -> None:
    stage = unset_stage
    stage.simulator.world.app.id = LARGE + 1
    budget = {"BUDGET_MONTH": str(10**12), "WORKERS_PER_INSTALLATION": "2"}
    stage.server.settings = {
        **stage.server.settings,
        **budget,
        "GITHUB_APP_ID": str(LARGE + 1),
        "DATABASE_URL": database,
    }
    stage.model.findings = [FIRST_LINE]
    await stage.start()
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    [finding] = stage.pull(number)["inline"]

    await stage.say_on_lines(number, "/dismiss lists are never empty here", reply_to=finding["id"])
    await stage.until(lambda: len(replies(stage, number)) == 1, "an answer to the dismissal")
    await stage.say_on_lines(number, "/ask why would it fail?", reply_to=finding["id"])
    await stage.until(lambda: len(replies(stage, number)) == 2, "an answer to the question")
    await stage.push(number, FIX)
    await stage.reviewed(number)
    command = await stage.say(number, "/review full")
    await stage.reacted(number, command, "rocket")
    await stage.reviewed(number)

    assert {finding["id"]} == {said["reply_to"] for said in replies(stage, number)}
    assert "will not report it again" in replies(stage, number)[0]["body"]
    assert "what is in the cart" in replies(stage, number)[1]["body"]
    assert {"success"} == {check["conclusion"] for check in stage.pull(number)["checks"]}
    assert LARGE < min(ids(stage, number))
    assert not stage.server.troubles
    stored = await asyncio.to_thread(numbers, database)
    assert 12 == len(stored)
    assert LARGE < min(value or 0 for values in stored.values() for value in values)
    assert stored["summary"] | stored["comment of a finding"] <= ids(stage, number)
