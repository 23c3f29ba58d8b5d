"""A finding is known again after its lines have moved, its file was renamed or its words have changed."""

import difflib

from hypothesis import assume, given
from hypothesis import strategies as st

from bot.core.change import Change, File, FileStatus
from bot.core.findings.reconcile import MatchState, Reconciliation, reconcile
from bot.core.findings.similarity import similarity
from bot.core.findings.tracking import Dismissal, FindingStatus, TrackedFinding
from bot.core.review import Coverage, Finding, FindingSource, Review, Severity, Side

BASE = [f"base line {number}" for number in range(40)]
WORDS = ("open", "close", "total", "items", "first", "rest", "price", "name")

code_lines = st.lists(
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS), st.integers(0, 9)).map(
        lambda parts: f"    {parts[0]} = {parts[1]}({parts[2]})"
    ),
    min_size=3,
    max_size=12,
)


def patched(before: list[str], after: list[str]) -> str | None:
    lines = list(difflib.unified_diff(before, after, lineterm="", n=3))[2:]
    return "\n".join([*lines, ""]) if lines else None


def file(lines: list[str], path: str = "a.py", **fields: object) -> File:
    usual = {
        "path": path,
        "status": FileStatus.MODIFIED,
        "additions": 1,
        "deletions": 0,
        "patch": patched(BASE, lines),
    }
    return File.model_validate(usual | fields)


def change(head: str, *files: File) -> Change:
    return Change(head=head, files=files)


def finding(lines: list[str], text: str, **fields: object) -> Finding:
    number = lines.index(text) + 1
    usual = {
        "path": "a.py", "line": number, "end": number, "side": Side.RIGHT, "severity": Severity.MAJOR,
        "category": "correctness", "confidence": 1, "title": "Fails on an empty list", "body": "",
        "source": FindingSource.MODEL,
    }  # fmt: skip
    return Finding.model_validate(usual | fields)


def review(*findings: Finding, read: tuple[str, ...] = ("a.py", "b.py")) -> Review:
    coverage = tuple(Coverage(path=path, reviewed=True) for path in read)
    return Review(purpose="", findings=findings, coverage=coverage, effort=1)


def after(first: Reconciliation, second: Change, *findings: Finding) -> Reconciliation:
    return reconcile(second, review(*findings), first.changed)


def with_new(lines: list[str], at: int = 20) -> list[str]:
    return [*BASE[:at], *lines, *BASE[at:]]


FLAW = "    first = items[0]"
LINES = with_new(["def total(items):", FLAW, "    return first"])
FIRST = reconcile(change("a1", file(LINES)), review(finding(LINES, FLAW)), ())


@given(
    new=code_lines,
    at=st.integers(0, 39),
    gone=st.sets(st.integers(0, 39), max_size=20),
    above=st.lists(st.text("abc ", max_size=9), max_size=9),
    indent=st.sampled_from(["", "  ", "\t", "        "]),
)
def test_it_is_known_again_wherever_its_lines_have_gone(
    new: list[str], at: int, gone: set[int], above: list[str], indent: str
) -> None:
    """Lines come and go elsewhere, and the block is indented anew."""
    lines = with_new(["def total(items):", *new], at)
    text = new[0]
    first = reconcile(change("a1", file(lines)), review(finding(lines, text)), ())
    moved = [
        line for number, line in enumerate(lines) if number >= 40 or number not in gone or line not in BASE
    ]
    moved = [*above, *(indent + line if line in new else line for line in moved)]
    second = finding(moved, indent + text)
    assume(patched(BASE, moved))

    found = after(first, change("b2", file(moved)), second)

    assert [one.state for one in found.tracked] == [MatchState.STANDING]
    assert [one.known.fingerprint for one in found.tracked] == [first.tracked[0].known.fingerprint]
    assert not found.fixed


def test_it_is_known_again_when_its_file_was_renamed() -> None:
    renamed = file(LINES, "b.py", status=FileStatus.RENAMED, previous="a.py")

    found = after(FIRST, change("b2", renamed), finding(LINES, FLAW, path="b.py"))

    assert [one.state for one in found.tracked] == [MatchState.STANDING]
    assert found.tracked[0].known.path == "b.py"


def test_it_is_known_again_when_a_new_file_was_renamed() -> None:
    """The base has neither name, so the diff does not tell."""
    new = ["import os", FLAW, "use(first)"]
    first = reconcile(
        change("a1", file(new, status=FileStatus.ADDED, patch=patched([], new))),
        review(finding(new, FLAW)),
        (),
    )
    renamed = file(new, "b.py", status=FileStatus.ADDED, patch=patched([], new))

    found = after(first, change("b2", renamed), finding(new, FLAW, path="b.py"))

    assert [one.state for one in found.tracked] == [MatchState.STANDING]
    assert not found.fixed


def test_a_copy_is_a_finding_of_its_own() -> None:
    found = after(
        FIRST,
        change("b2", file(LINES), file(LINES, "b.py")),
        finding(LINES, FLAW),
        finding(LINES, FLAW, path="b.py"),
    )

    assert [one.state for one in found.tracked] == [MatchState.STANDING, MatchState.FRESH]


def test_another_flaw_on_the_line_is_new() -> None:
    other = finding(LINES, FLAW, title="Leaks the price", category="security")

    found = after(FIRST, change("b2", file(LINES)), finding(LINES, FLAW), other)

    assert [one.state for one in found.tracked] == [MatchState.STANDING, MatchState.FRESH]


def test_the_same_words_on_another_line_are_new() -> None:
    more = with_new([*LINES[20:23], "def other(items):", "    last = items[-1]"])

    found = after(FIRST, change("b2", file(more)), finding(more, FLAW), finding(more, "    last = items[-1]"))

    assert [one.state for one in found.tracked] == [MatchState.STANDING, MatchState.FRESH]


def test_a_line_that_says_nothing_needs_more_than_a_category() -> None:
    lines = with_new(["{", "}"])
    first = reconcile(change("a1", file(lines)), review(finding(lines, "}", title="Never closed")), ())

    found = after(first, change("b2", file(lines)), finding(lines, "}", title="Wrong price"))

    assert [one.state for one in found.tracked] == [MatchState.FRESH]
    assert [one.title for one in found.lasting] == ["Never closed"]


def test_a_changed_line_between_the_same_neighbours_is_the_same_finding_unmended() -> None:
    still = [line.replace("items[0]", "list(items)[0]") for line in LINES]

    found = after(FIRST, change("b2", file(still)), finding(still, "    first = list(items)[0]"))

    assert [one.state for one in found.tracked] == [MatchState.STANDING]
    assert found.tracked[0].known.text == "first = list(items)[0]"


def test_alike_findings_on_alike_lines_have_keys_of_their_own() -> None:
    lines = with_new(["x = f()", "y = 1", "x = f()"])
    both = [finding(lines, "x = f()", line=number, end=number) for number in (21, 23)]

    found = reconcile(change("a1", file(lines)), review(*both), ())

    assert len({one.known.fingerprint for one in found.tracked}) == 2
    assert [one.state for one in after(found, change("b2", file(lines)), *both).tracked] == [
        MatchState.STANDING
    ] * 2


def test_it_is_fixed_when_its_line_is_gone_and_was_looked_at() -> None:
    mended = [line for line in LINES if line != FLAW]

    found = after(FIRST, change("b2", file(mended)))

    assert [(one.fate, one.closed) for one in found.fixed] == [(FindingStatus.FIXED, "b2")]
    assert [one.closed for one in after(found, change("b2", file(mended))).fixed] == ["b2"]
    assert not after(found, change("c3", file(mended))).fixed


def test_it_is_not_fixed_by_silence() -> None:
    unread = reconcile(change("b2", file([])), review(read=()), FIRST.changed)
    large = File(
        path="a.py", status=FileStatus.MODIFIED, additions=9, deletions=0, absent="too large to show"
    )
    missed = reconcile(change("b2", large), review(read=()), FIRST.changed)

    for found in (after(FIRST, change("b2", file(LINES))), unread, missed):
        assert not found.fixed
        assert [one.title for one in found.lasting] == ["Fails on an empty list"]


def test_it_is_not_fixed_where_its_file_or_its_lines_may_not_have_been_listed() -> None:
    mended = [line for line in LINES if line != FLAW]
    elsewhere = change("b2", file(mended, "b.py")).model_copy(update={"unlisted_files": 1})
    cut = change("b2", file(mended, absent="GitHub shows only a part of it"))

    for second in (elsewhere, cut):
        found = after(FIRST, second)
        assert not found.fixed
        assert [one.title for one in found.lasting] == ["Fails on an empty list"]
    assert after(FIRST, change("b2", file(mended, "b.py"))).fixed


def test_a_bracket_that_stands_elsewhere_keeps_nothing_open() -> None:
    lines = with_new(["void f() {", "open(1);", "}"])
    first = reconcile(change("a1", file(lines)), review(finding(lines, "}", title="Never closed")), ())
    elsewhere = with_new(["void g() {", "}"], at=3)

    assert after(first, change("b2", file(elsewhere))).fixed
    assert after(first, change("b2", file(lines))).lasting


def test_what_comes_back_is_told_so_once() -> None:
    mended = [line for line in LINES if line != FLAW]
    fixed = after(FIRST, change("b2", file(mended)))

    back = after(fixed, change("c3", file(LINES)), finding(LINES, FLAW))
    again = after(back, change("c3", file(LINES)), finding(LINES, FLAW))
    later = after(again, change("d4", file(LINES)), finding(LINES, FLAW))

    states = [found.tracked[0].state for found in (back, again, later)]
    assert states == [MatchState.BACK, MatchState.BACK, MatchState.STANDING]


def test_dismissed_ones_are_silent_in_the_pull_and_in_the_repository() -> None:
    known = FIRST.changed[0]
    unwanted = known.model_copy(update={"fate": FindingStatus.DISMISSED})
    said = Dismissal(
        **known.model_dump(include={"fingerprint", "path", "text", "category", "title"}),
        by="x",
        how="command",
    )
    reworded = finding(LINES, FLAW, title="On an empty list it fails")

    here = reconcile(change("b2", file(LINES)), review(reworded), [unwanted], [said])
    there = reconcile(change("b2", file(LINES)), review(reworded), [], [said])
    other = reconcile(change("b2", file(LINES)), review(finding(LINES, FLAW, title="Slow")), [], [said])

    slow = review(finding(LINES, FLAW, title="Slow"))
    same_line = reconcile(change("b2", file(LINES)), slow, [unwanted], [said])

    assert [len(found.silent) for found in (here, there, other, same_line)] == [1, 1, 0, 0]
    assert not here.tracked
    assert len(other.tracked) == 1


def test_likeness_is_about_words() -> None:
    assert similarity("Fails on an empty list", "Crashes when the list is empty") >= 0.5
    assert similarity("Fails on an empty list", "The result is not awaited") < 0.25
    assert similarity("空のリストで失敗", "リストが空だと失敗") >= 0.5


@given(one=st.text(max_size=60), other=st.text(max_size=60))
def test_likeness_is_a_share(one: str, other: str) -> None:
    assert 0 <= similarity(one, other) <= 1
    assert similarity(one, one) == 1


paths = st.sampled_from(["a.py", "b.py", "c.py"])


@given(
    found=st.lists(
        st.builds(
            lambda path, at, title, category: finding(
                LINES, LINES[at], path=path, title=title, category=category, severity=Severity.MINOR
            ),
            paths,
            st.integers(15, 25),
            st.sampled_from(["Never closed", "Is never closed", "Slow", ""]),
            st.sampled_from(["correctness", "style"]),
        ),
        max_size=12,
    ),
    again=st.data(),
)
def test_every_finding_has_one_place(found: list[Finding], again: st.DataObject) -> None:
    """However alike they are: nothing is lost, nothing is taken for two."""
    files = (file(LINES), file(LINES, "b.py"))
    first = reconcile(change("a1", *files), review(*found), ())
    some = again.draw(st.permutations(found)) if found else []
    second = reconcile(change("b2", *files), review(*some), first.changed)
    keys = [one.known.fingerprint for one in second.tracked]

    assert len(first.tracked) == len(second.tracked) == len(found)
    assert len(set(keys)) == len(keys)
    assert {MatchState.STANDING} >= {one.state for one in second.tracked}
    assert set(keys) == {one.fingerprint for one in first.changed}


def test_a_hostile_number_of_findings_is_sorted() -> None:
    lines = with_new([f"x{number} = f()" for number in range(50)])
    many = [
        finding(lines, f"x{number % 50} = f()", title=f"{name} {number}")
        for name in ("Old", "New")
        for number in range(1_500)
    ]
    first = reconcile(change("a1", file(lines)), review(*many[:1_500]), ())

    assert len(after(first, change("b2", file(lines)), *many[1_500:]).tracked) == 1_500


def test_a_known_finding_is_a_value() -> None:
    assert TrackedFinding.model_validate_json(FIRST.changed[0].model_dump_json()) == FIRST.changed[0]
