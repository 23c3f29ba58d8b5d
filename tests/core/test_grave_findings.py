"""A dismissal silences a critical finding, or one about security, only at its own place; others as before."""

from collections.abc import Mapping
from typing import Any

import pytest

from bot.core.findings.reconcile import MatchState, Reconciliation, reconcile
from bot.core.findings.tracking import Dismissal, FindingStatus, TrackedFinding, is_grave
from bot.core.review import Finding, Severity
from tests.core.test_tracking import BASE, change, file, finding, review

FLAW = "    run(request.text)"
HERE = ["def handle(request):", "    check(request)", FLAW, "    return answer(request)"]
LINES = [*BASE[:20], *HERE, *BASE[20:]]
ELSEWHERE = [*BASE[:5], "def serve(request):", FLAW, "    close(request)", *BASE[5:]]
MOVED = ["import os", "import re", *LINES]
GRAVE: list[Mapping[str, Any]] = [
    {"severity": Severity.CRITICAL, "category": "correctness"},
    {"severity": Severity.MINOR, "category": "security"},
    {"severity": Severity.MAJOR, "category": "Security "},
]
USUAL = {"severity": Severity.MAJOR, "category": "correctness"}
TITLE = "Runs what a request says"


def found(lines: list[str], **fields: Any) -> Finding:
    return finding(lines, FLAW, **{"title": TITLE, **fields})


def dismissed(known: TrackedFinding) -> Dismissal:
    fields = known.model_dump(include={"fingerprint", "path", "text", "around", "category", "title"})
    return Dismissal(**fields, by="mira", how="command")


def known(**fields: Any) -> TrackedFinding:
    [entry] = reconcile(change("a1", file(LINES)), review(found(LINES, **fields)), ()).changed
    return entry


def again(lines: list[str], *dismissals: Dismissal, path: str = "a.py", **fields: Any) -> Reconciliation:
    """The review of another pull request of the repository."""
    return reconcile(
        change("b2", file(lines, path)), review(found(lines, path=path, **fields)), (), dismissals
    )


@pytest.mark.parametrize("grave", GRAVE)
def test_it_is_silent_at_the_same_place_also_after_the_lines_moved(grave: Mapping[str, Any]) -> None:
    dismissal = dismissed(known(**grave))

    assert len(again(LINES, dismissal, **grave).silent) == 1
    assert len(again(MOVED, dismissal, **grave).silent) == 1
    assert len(again(LINES, dismissal, **{**grave, "title": "Runs text of a request"}).silent) == 1


@pytest.mark.parametrize("grave", GRAVE)
def test_it_is_said_of_an_equal_line_elsewhere(grave: Mapping[str, Any]) -> None:
    dismissal = dismissed(known(**grave))

    assert len(again(ELSEWHERE, dismissal, **grave).tracked) == 1
    assert len(again(LINES, dismissal, path="b.py", **grave).tracked) == 1
    assert len(again(ELSEWHERE, dismissed(known(**USUAL)), **USUAL).silent) == 1


@pytest.mark.parametrize("grave", GRAVE)
def test_a_lesser_dismissal_on_its_line_does_not_silence_it(grave: Mapping[str, Any]) -> None:
    lesser = dismissed(known(severity=Severity.NIT, category="style"))

    assert len(again(LINES, lesser, **grave).tracked) == 1


@pytest.mark.parametrize("grave", GRAVE)
def test_it_is_said_after_its_line_changed(grave: Mapping[str, Any]) -> None:
    """In the pull request of the dismissal, where a lesser finding stays silent."""
    changed = [line.replace("request.text", "request.body") for line in LINES]
    title = {"title": TITLE}
    for fields, silent in ((grave, 0), (USUAL, 1)):
        before = known(**fields)
        on_line = finding(changed, "    run(request.body)", **title, **fields)
        result = reconcile(change("b2", file(changed)), review(on_line), [before], [dismissed(before)])

        assert len(result.silent) == silent
        assert [match.state for match in result.tracked] == [MatchState.FRESH] * (1 - silent)


@pytest.mark.parametrize("grave", GRAVE)
def test_what_is_said_elsewhere_is_known_at_the_next_push_and_can_be_dismissed_itself(
    grave: Mapping[str, Any],
) -> None:
    dismissal = dismissed(known(**grave))
    first = again(ELSEWHERE, dismissal, **grave)
    second = reconcile(
        change("c3", file(ELSEWHERE)), review(found(ELSEWHERE, **grave)), first.changed, [dismissal]
    )
    [match] = second.tracked
    both = [dismissal, dismissed(match.known)]
    third = reconcile(change("d4", file(ELSEWHERE)), review(found(ELSEWHERE, **grave)), second.changed, both)

    assert match.known.fingerprint != dismissal.fingerprint
    assert (match.state, second.fixed, second.lasting) == (MatchState.STANDING, (), ())
    assert len(third.silent) == 1


def test_a_dismissal_without_its_neighbours_holds_by_its_fingerprint() -> None:
    """Earlier releases did not store them."""
    old = dismissed(known(**GRAVE[0])).model_copy(update={"around": ()})

    assert len(again(LINES, old, **GRAVE[0]).silent) == 1
    assert len(again(LINES, old, **GRAVE[0], title="Runs the text of a request").tracked) == 1


def test_a_finding_whose_dismissal_was_taken_back_is_open_again() -> None:
    entry = known(**USUAL).model_copy(update={"fate": FindingStatus.DISMISSED})
    result = reconcile(change("b2", file(LINES)), review(found(LINES, **USUAL)), [entry], ())

    [match] = result.tracked
    assert (match.state, match.known.fate) == (MatchState.STANDING, FindingStatus.OPEN)
    assert [saved.fate for saved in result.changed] == [FindingStatus.OPEN]


def test_which_findings_are_grave() -> None:
    assert is_grave("critical", "style")
    assert is_grave("nit", "Security")
    assert not is_grave("major", "correctness")
