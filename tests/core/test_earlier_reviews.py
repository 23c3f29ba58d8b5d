"""What holds of an earlier review after a push."""

from datetime import UTC, datetime
from typing import Any

from bot.core.change import Change, File, FileStatus, PullRef, ToolReport
from bot.core.findings.earlier import earlier_review
from bot.core.jobs import Cause
from bot.core.llm.messages import Model
from bot.core.records import ExportedReview, ReviewRecord, Transcript
from bot.core.review import (
    ChangeNote,
    Coverage,
    Finding,
    FindingSource,
    Review,
    ReviewSettings,
    Severity,
    Side,
)

SETTINGS = ReviewSettings(model=Model(name="m", context=32_000, answer=2000), templates=())
LONG = "@@ -10,3 +10,4 @@\n a\n-b\n+c\n+d\n e\n@@ -90,1 +91,2 @@\n x\n+y\n"
SHORT = "@@ -1 +1 @@\n-a\n+b\n"


def file(path: str, patch: str, **more: Any) -> File:
    return File(path=path, status=FileStatus.MODIFIED, additions=3, deletions=1, patch=patch, **more)


def finding(path: str, line: int, side: Side = Side.RIGHT, **more: Any) -> Finding:
    usual: dict[str, Any] = {
        "severity": Severity.MAJOR,
        "category": "correctness",
        "confidence": 0.9,
        "title": "Fails",
        "body": "It fails.",
        "source": FindingSource.MODEL,
    }
    return Finding(path=path, line=line, end=line, side=side, **(usual | more))


def made(*files: File, settings: ReviewSettings = SETTINGS, **review: Any) -> ExportedReview:
    covered = tuple(Coverage(path=file.path, reviewed=True) for file in files)
    said = Review(**({"purpose": "p", "effort": 1, "coverage": covered} | review))
    pull = PullRef(repository="acme/shop", number=1)
    now = datetime.now(UTC)
    return ExportedReview(
        record=ReviewRecord(pull=pull, head="1" * 40, cause=Cause.PUSHED, review=said, created=now),
        change=Change(head="1", files=files),
        transcript=Transcript(settings=settings, module="m"),
    )


def test_what_a_push_leaves_alone_keeps_its_findings_notes_and_risks() -> None:
    last = made(
        file("a.py", LONG),
        file("b.py", SHORT),
        findings=(finding("a.py", 11), finding("b.py", 1), finding("a.py", 12, source=FindingSource.SIGNAL)),
        unsure=(finding("a.py", 92),),
        notes=(ChangeNote(name="a.py", text="Adds c."), ChangeNote(name="b.py", text="Adds b.")),
        risks=("Old data of `a.py`", "Old data of `b.py`", "All else"),
    )
    pushed = Change(head="2", files=(file("a.py", LONG), file("b.py", SHORT.replace("+b", "+c"))))
    earlier = earlier_review(pushed, SETTINGS, "m", last)

    assert earlier is not None
    assert earlier.paths == ("a.py",)
    assert [one.line for one in earlier.findings] == [11]
    assert [one.line for one in earlier.unsure] == [92]
    assert [note.text for note in earlier.notes] == ["Adds c."]
    assert earlier.risks == ("Old data of `a.py`",)


def test_a_rebase_moves_findings_with_their_hunks() -> None:
    last = made(
        file("a.py", LONG),
        findings=(finding("a.py", 12), finding("a.py", 11, Side.LEFT), finding("a.py", 92)),
    )
    moved = LONG.replace("-10,3 +10,4", "-15,3 +15,4").replace("-90,1 +91,2", "-92,1 +93,2")
    earlier = earlier_review(Change(head="2", files=(file("a.py", moved),)), SETTINGS, "m", last)

    assert earlier is not None
    assert [(one.side.value, one.line) for one in earlier.findings] == [
        ("right", 17),
        ("left", 16),
        ("right", 94),
    ]


def test_all_is_reviewed_again_with_other_settings_another_function_or_a_large_push() -> None:
    last = made(file("a.py", SHORT), file("b.py", LONG))
    same = Change(head="2", files=(file("a.py", SHORT), file("b.py", LONG)))
    assert earlier_review(same, SETTINGS, "m", last) is not None

    other = SETTINGS.model_copy(update={"threshold": Severity.CRITICAL})
    assert earlier_review(same, other, "m", last) is None
    assert earlier_review(same, SETTINGS, "another", last) is None
    large = Change(head="2", files=(file("a.py", SHORT), file("b.py", LONG + "@@ -200 +201 @@\n-q\n+r\n")))
    assert earlier_review(large, SETTINGS, "m", last) is None


def test_a_file_that_was_not_covered_or_is_another_one_is_reviewed_again() -> None:
    missed = (Coverage(path="a.py", reviewed=False, reason="later", later=True),)
    same = Change(head="2", files=(file("a.py", LONG),))
    renamed = Change(head="2", files=(file("a.py", LONG, previous="z.py"),))

    assert earlier_review(same, SETTINGS, "m", made(file("a.py", LONG), coverage=missed)) is None
    assert earlier_review(renamed, SETTINGS, "m", made(file("a.py", LONG))) is None


def test_what_other_tools_report_since_is_read_with_its_file() -> None:
    report = ToolReport(tool="Ruff", path="a.py", line=11, end=11, severity=Severity.MINOR, text="Unused")
    pushed = Change(head="2", files=(file("a.py", LONG),), reports=(report,))

    assert earlier_review(pushed, SETTINGS, "m", made(file("a.py", LONG))) is None


def test_the_same_head_is_reviewed_as_a_whole() -> None:
    again = Change(head="1", files=(file("a.py", LONG),))

    assert earlier_review(again, SETTINGS, "m", made(file("a.py", LONG))) is None


def test_what_decides_nothing_about_unchanged_files_may_change() -> None:
    later = SETTINGS.model_copy(update={"findings": 3, "omit": ("bugs",)})
    same = Change(head="2", files=(file("a.py", LONG),))

    assert earlier_review(same, later, "m", made(file("a.py", LONG))) is not None
