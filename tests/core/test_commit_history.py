"""Past commits as passages: when, and why."""

from datetime import UTC, datetime, timedelta, timezone

import pytest

from bot.core.commit_history import MESSAGE, MOST, PastCommit, history_of

NOON = datetime(2026, 5, 4, 12, 0, 30, tzinfo=timezone(timedelta(hours=2)))
SHA = "0123456789abcdef0123456789abcdef01234567"


def test_a_commit_is_a_passage_without_lines() -> None:
    found = history_of("shop/cart.py", [PastCommit(SHA, NOON, "Round prices\n\nBecause of cents.\n")])

    [passage] = found.passages
    assert (passage.path, passage.line, passage.end) == ("shop/cart.py", 0, 0)
    assert (passage.name, passage.kind, found.more) == ("0123456", "commit", False)
    assert passage.text == "2026-05-04T10:00:30Z\n\nRound prices\n\nBecause of cents."


@pytest.mark.parametrize("date", [datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)], ids=str)
def test_any_date_has_one_form(date: datetime) -> None:
    [passage] = history_of("a", [PastCommit(SHA, date, "x")]).passages
    assert datetime.fromisoformat(passage.text.partition("\n")[0]) == date


@pytest.mark.parametrize("date", [None, datetime(1, 1, 1, tzinfo=NOON.tzinfo)], ids=["none", "too early"])
def test_a_commit_without_a_date_says_so(date: datetime | None) -> None:
    [passage] = history_of("a", [PastCommit(SHA, date, "x")]).passages
    assert passage.text == "unknown date\n\nx"


@pytest.mark.parametrize("message", ["ä" * MESSAGE, "line\n" * MESSAGE], ids=["one line", "lines"])
def test_a_long_message_is_cut(message: str) -> None:
    [passage] = history_of("a", [PastCommit(SHA, NOON, message)]).passages
    assert MESSAGE / 2 < len(passage.text.encode()) <= MESSAGE + 40
    assert passage.text.endswith("\n…")


@pytest.mark.parametrize(("count", "more"), [(MOST, False), (MOST + 1, True)])
def test_only_the_latest_are_shown(count: int, *, more: bool) -> None:
    found = history_of("a", [PastCommit(f"{at:040}", NOON, f"{at}") for at in range(count)])
    assert (len(found.passages), found.more) == (MOST, more)
    assert found.passages[0].text.endswith("\n0")
