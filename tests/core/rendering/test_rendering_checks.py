"""The check beside the merge button tells apart: reviewed, in part, without a model, not at all, failed."""

import pytest

from bot.core.change import Change, File, FileStatus
from bot.core.check_run import AnnotationLevel, Check, Conclusion
from bot.core.rendering import (
    Report,
    render_check,
    render_check_cancelled,
    render_check_failure,
    render_check_progress,
    render_check_skipped,
    render_check_withdrawn,
)
from bot.core.review import Coverage, Review, Severity, Side
from tests.core.rendering.samples import (
    BASE,
    CHANGE,
    FILES,
    INJECTION,
    NEWER,
    NIT,
    PATH,
    PULL,
    REPORT,
    REVIEW,
    assert_golden,
    covered,
    finding,
    known,
)

COVERED, ALL = covered(PATH, "package-lock.json"), covered(PATH, "package-lock.json", "logo.png")
WITHOUT_MODEL = COVERED.model_copy(update={"model": None})
NOTHING = REPORT.model_copy(
    update={"change": Change(files=FILES[1:2]), "review": Review(purpose="", effort=1)}
)


@pytest.mark.parametrize(
    ("report", "conclusion", "title"),
    [
        (COVERED, Conclusion.SUCCESS, "Reviewed 2 of 2 files; 4 findings"),
        (ALL, Conclusion.SUCCESS, "Reviewed 2 of 2 files; 4 findings"),
        (covered(PATH), Conclusion.NEUTRAL, "Partially reviewed: 1 of 2 files; 4 findings"),
        (covered(), Conclusion.NEUTRAL, "Partially reviewed: 0 of 2 files; 4 findings"),
        (WITHOUT_MODEL, Conclusion.NEUTRAL, "No model: 2 of 2 files checked by rules; 4 findings"),
        (NOTHING, Conclusion.NEUTRAL, "Nothing to review: 1 file without text; 0 findings"),
        (REPORT, Conclusion.NEUTRAL, "Partially reviewed: 1 of 2 files; 4 findings"),
    ],
)  # fmt: skip
def test_the_check_is_green_only_when_a_model_read_all_that_can_be_read(
    report: Report, conclusion: Conclusion, title: str
) -> None:
    check = render_check(report)

    assert (check.conclusion, check.title) == (conclusion, title)


def test_a_review_with_problems_is_not_green() -> None:
    review = covered(PATH, "package-lock.json").review.model_copy(update={"problems": ("No summary.",)})

    check = render_check(REPORT.model_copy(update={"review": review}))

    assert (check.conclusion, check.title) == (
        Conclusion.NEUTRAL, "Reviewed 2 of 2 files, with problems; 4 findings",
    )  # fmt: skip
    assert "No summary." in check.summary


def test_what_still_stands_is_counted() -> None:
    report = covered(PATH, "package-lock.json").model_copy(update={"lasting": (known(),)})

    assert render_check(report).title == "Reviewed 2 of 2 files; 5 findings"


def test_a_file_too_large_to_show_is_missed() -> None:
    large = File(path="x", status=FileStatus.MODIFIED, additions=9, deletions=0, absent="too large to show")
    report = covered(PATH, "package-lock.json")

    report = Report.model_validate(
        report.model_dump() | {"change": CHANGE.model_copy(update={"files": (*FILES, large)})}
    )

    assert render_check(report).conclusion is Conclusion.NEUTRAL
    assert "- too large to show: `x`" in render_check(report).summary


def test_the_check_names_what_was_not_reviewed_and_why() -> None:
    assert_golden("check.md", as_text(render_check(REPORT)))


def test_the_check_says_how_a_review_in_part_goes_on() -> None:
    entries = (
        *REVIEW.coverage[:2],
        Coverage(path="package-lock.json", reviewed=False, reason="b", later=True),
    )
    report = REPORT.model_copy(update={"review": REVIEW.model_copy(update={"coverage": entries})})

    assert "1 file deferred: b." in render_check(report).summary


@pytest.mark.parametrize(
    ("severity", "level"),
    [
        (Severity.CRITICAL, AnnotationLevel.FAILURE),
        (Severity.MAJOR, AnnotationLevel.WARNING),
        (Severity.MINOR, AnnotationLevel.NOTICE),
        (Severity.NIT, AnnotationLevel.NOTICE),
    ],
)
def test_every_finding_on_the_head_is_marked_in_the_files(severity: Severity, level: AnnotationLevel) -> None:
    found = finding(severity=severity, title="Two\nlines\u202e", body="Because\u200b.")
    report = REPORT.model_copy(update={"review": REVIEW.model_copy(update={"findings": (found,)})})

    [mark] = render_check(report).annotations

    assert (mark.path, mark.line, mark.end, mark.level) == (PATH, 11, 12, level)
    assert mark.title == f"{severity.capitalize()}: Two lines⟨U+202E⟩"
    assert mark.message == "Because."


def test_marks_are_for_files_that_are_there_and_not_too_many() -> None:
    gone = File(path="gone.py", status=FileStatus.REMOVED, additions=0, deletions=1)
    change = CHANGE.model_copy(update={"files": (*FILES, gone)})
    found = (BASE, *[NIT] * 150, *[INJECTION] * 150, finding(path="gone.py"), finding(path="unknown.py"))
    review = REVIEW.model_copy(update={"findings": found})

    marks = render_check(REPORT.model_copy(update={"change": change, "review": review})).annotations

    assert len(marks) == 200
    assert [mark.level for mark in marks].count(AnnotationLevel.FAILURE) == 150
    assert {mark.path for mark in marks} == {PATH}


def test_lines_that_end_before_they_begin_are_one_line() -> None:
    review = REVIEW.model_copy(update={"findings": (finding(line=12, end=3, side=Side.RIGHT, body=""),)})

    [mark] = render_check(REPORT.model_copy(update={"review": review})).annotations

    assert (mark.line, mark.end, mark.message) == (12, 12, "SQL built from `name`")


def test_a_check_without_a_review_is_never_green() -> None:
    assert render_check_progress(PULL).conclusion is None
    assert render_check_failure("the key is wrong").conclusion is Conclusion.FAILURE
    assert "/review" not in render_check_failure("the key is wrong").summary
    assert "/review" in render_check_failure("it is away", again=True).summary
    assert render_check_failure("the key\nis wrong").title == "Review failed: the key is wrong"
    assert render_check_skipped("it is a draft").conclusion is Conclusion.SKIPPED
    assert render_check_skipped("Not reviewed: it is a draft").title == "Not reviewed: it is a draft"
    assert render_check_withdrawn("it was closed").title == "Not reviewed: it was closed"
    assert render_check_cancelled(NEWER).conclusion is Conclusion.CANCELLED
    assert "deadbee" in render_check_cancelled(NEWER).summary


def as_text(check: Check) -> str:
    marks = [
        f"{mark.level} {mark.path}:{mark.line}-{mark.end} {mark.title}: {mark.message!r}"
        for mark in check.annotations
    ]
    return "\n".join([f"{check.conclusion}: {check.title}", "", check.summary, "", *marks, ""])
