"""Short runs of the queue's benchmarks; speed is not asserted."""

from collections import Counter
from pathlib import Path

import pytest

from bot.engine import ClaimLimits, connect
from tests.bench.backlog import Backlog, Case, of_one_pull, of_one_repository
from tests.bench.gauge import Use
from tests.bench.people import left_over, lost
from tests.bench.trend import Sample, Trend

CASES = {
    "ten": Case(10),
    "fifty": Case(50),
    "of one repository": Case(50, of_one_repository),
    "beside others": Case(10, asleep=20, done=20),
    "of one pull": Case(10, of_one_pull, blocked=True),
    "at a limit": Case(10, of_one_repository, blocked=True, limits=ClaimLimits(installation=1)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_whatever_was_submitted_is_claimed_once(case: Case, tmp_path: Path) -> None:
    async with await connect(f"sqlite:///{tmp_path / 'bot.db'}", limits=case.limits) as store:
        backlog = Backlog(store, case)
        await backlog.fill()
        await backlog.measure(5)
        await backlog.empty()

    assert case.waiting + case.asleep + case.done + 5 == len(set(backlog.submitted))
    assert Counter(backlog.submitted) == Counter(backlog.claimed)


async def test_what_is_blocked_waits_while_others_are_measured(tmp_path: Path) -> None:
    case = Case(10, of_one_pull, blocked=True)
    async with await connect(f"sqlite:///{tmp_path / 'bot.db'}") as store:
        backlog = Backlog(store, case)
        await backlog.fill()
        await backlog.measure(5)

    assert ["acme/shop#1!1", *(f"other/shop#{number}" for number in range(12, 17))] == [
        key.partition("@")[0] for key in backlog.claimed
    ]


def test_a_slope_is_that_of_the_last_two_thirds(tmp_path: Path) -> None:
    with (tmp_path / "samples.csv").open("w", newline="") as file:
        trend = Trend(file)
        for minute in range(31):
            use = Use(rss=100 + max(0, minute - 10), files=7)
            trend.add(Sample(minute * 60, {"all 1": use}, {"waiting": 2}, 1, {"main": 4096}))

    lines = {line[:24].strip(): line.split()[-4:] for line in trend.report()[1:]}
    assert ["100.0", "105.0", "120.0", "60.0"] == lines["all 1: RSS, MB"]
    assert ["7.0", "7.0", "7.0", "0.0"] == lines["all 1: open files"]
    rows = (tmp_path / "samples.csv").read_text().splitlines()
    assert 32 == len(rows)
    assert "1800.0,all 1,120.00,0.00,7,0,0.00,2,0,0,1,4096,0,0,0" == rows[-1]


HEAD = "a" * 40
REVIEW = {"id": 1, "user": "code-review-bot[bot]", "body": f"## Review of [`{HEAD[:7]}`](url)"}
CHECK = {"head": HEAD, "status": "completed", "conclusion": "success"}
PULL = {"repository": "o/r", "number": 1, "state": "open", "head": HEAD, "reactions": []}
COMMAND = {"id": 2, "user": "mira", "body": "/review"}
UNDER_WAY = {"head": HEAD, "status": "in_progress", "conclusion": None}


@pytest.mark.parametrize(
    ("comments", "checks", "found"),
    [
        ([REVIEW], [CHECK], []),
        ([], [], ["no review of aaaaaaa"]),
        ([REVIEW], [CHECK | {"conclusion": "failure"}], ["no review of aaaaaaa"]),
        ([REVIEW], [CHECK, UNDER_WAY | {"head": "b" * 40}], ["the check of bbbbbbb is in progress"]),
        ([REVIEW | {"body": f"**Reviewing {HEAD}**\n{REVIEW['body']}"}], [CHECK], ["a placeholder"]),
        ([REVIEW, REVIEW], [CHECK], ["2 summary comments"]),
        ([REVIEW, COMMAND], [CHECK], ["no answer to the command 2"]),
    ],
)
def test_what_a_person_would_miss_is_left_over(
    comments: list[object], checks: list[object], found: list[str]
) -> None:
    state = {"pulls": [PULL | {"comments": comments, "checks": checks}]}

    assert [f"o/r#1: {what}" for what in found] == left_over(state)


def test_a_delivery_is_lost_when_no_try_arrived_and_the_bot_would_act_on_it() -> None:
    tries = [
        ("arrived", "pull_request", 202),
        ("again", "pull_request", 502),
        ("again", "pull_request", 202),
        ("lost", "issue_comment", 504),
        ("lost", "issue_comment", 502),
        ("nobody's", "pull_request_review", 502),
    ]
    deliveries = [{"id": guid, "event": event, "status": status} for guid, event, status in tries]

    assert {"lost"} == lost({"deliveries": deliveries})
