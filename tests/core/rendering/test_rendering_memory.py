"""The lists of learnings and dismissals on GitHub."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.core.findings.learnings import EntryKind, Forgotten, MemoryEntry
from bot.core.markdown import MAX_COMMENT
from bot.core.rendering.memory import render_forgotten, render_learned, render_unknown_entries

DAY = datetime(2026, 11, 20, tzinfo=UTC)


def entry(
    number: int = 1, kind: EntryKind = EntryKind.LEARNING, text: str = "By design: it is hot"
) -> MemoryEntry:
    return MemoryEntry(
        id=f"{'d' if kind is EntryKind.DISMISSAL else ''}{number}",
        kind=kind,
        repository="acme/shop",
        author="mira",
        path="shop/a|b.py",
        finding=text if kind is EntryKind.DISMISSAL else "Reads twice",
        text=text if kind is EntryKind.LEARNING else "",
        how="command" if kind is EntryKind.DISMISSAL else "",
        created=DAY + timedelta(days=number),
    )


def test_the_lists_are_bounded_and_say_how_many_more_there_are() -> None:
    entries = [entry(number, text="A long reason. " * 100) for number in range(1200)]
    body = render_learned(entries).body

    assert "… and 1,150 more." in body
    assert body.count("\n| `") == 50
    assert len(body) <= MAX_COMMENT
    assert "Dismissed findings" not in body


def test_what_is_forgotten_is_confirmed_by_the_name_of_the_comment() -> None:
    said = render_forgotten(7, "mira", Forgotten(forgotten=("1", "d2"), unknown=("9",)))

    assert said.marker == "<!-- code-review-bot:answer 7 -->"
    assert "`mira`, forgotten: `1`, `d2`." in said.body
    assert "`9` is not an ID" in said.body
    assert "`8`, `9` are not IDs" in render_unknown_entries(("8", "9"))


@given(st.text(), st.sampled_from(EntryKind))
def test_nothing_that_others_wrote_mentions_anybody_or_breaks_the_table(text: str, kind: EntryKind) -> None:
    hostile = f"{text} @acme/all | <!-- code-review-bot:summary --> \n| x |"
    said = render_learned([entry(1, kind, hostile)])
    rows = [line for line in said.body.splitlines() if line.startswith("| `")]

    assert said.body.count("<!--") == 1
    assert "@acme/all" not in said.body.replace("`@acme/all`", "")
    assert len(rows) == 1
    assert rows[0].replace("\\|", "").count("|") == 7
