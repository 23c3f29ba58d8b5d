"""Reports count on the lines that the diff shows."""

from bot.core.change import Change, ToolReport
from bot.core.diff import parse_diff
from bot.core.reports import MAX_REPORTS, on_shown_lines
from bot.core.review import Severity

DIFF = """\
diff --git a/shop/api.py b/shop/api.py
--- a/shop/api.py
+++ b/shop/api.py
@@ -10,3 +10,4 @@ def pay():
     total = 0
-    charge(total)
+    charge(total, retry=True)
+    log(total)
     return total
diff --git a/logo.png b/logo.png
Binary files a/logo.png and b/logo.png differ
"""
CHANGE = Change(files=parse_diff(DIFF))


def report(line: int, end: int | None = None, path: str = "shop/api.py", **fields: object) -> ToolReport:
    usual = {"tool": "Ruff", "path": path, "line": line, "end": end or line, "severity": "minor", "text": "T"}
    return ToolReport.model_validate(usual | fields)


def lines(*reports: ToolReport) -> list[int]:
    return [kept.line for kept in on_shown_lines(CHANGE, reports)]


def test_lines_in_and_around_the_hunk() -> None:
    assert lines(*map(report, range(1, 20))) == [10, 11, 12, 13]
    assert lines(report(1, 9), report(2, 10), report(13, 99), report(1, 99), report(14, 99)) == [1, 2, 13]


def test_files_that_are_not_reviewed_have_no_reports() -> None:
    assert lines(report(11, path="shop/other.py"), report(1, path="logo.png")) == []
    skipped = [file.model_copy(update={"skip": "ignored"}) for file in CHANGE.files]
    assert on_shown_lines(CHANGE.model_copy(update={"files": tuple(skipped)}), [report(11)]) == ()


def test_the_same_from_two_sources_is_one() -> None:
    alert = report(11, tool="CodeQL", rule="py/x", text="Bad")
    assert on_shown_lines(CHANGE, [alert, report(11, tool="codeql", text="bad"), report(11)]) == (
        alert,
        report(11),
    )


def test_of_too_many_the_most_severe_are_kept_in_the_order_of_their_places() -> None:
    many = [report(12, text=str(at), severity=Severity.NIT) for at in range(MAX_REPORTS)]
    worst = report(13, severity=Severity.CRITICAL)
    kept = on_shown_lines(CHANGE, [*many, worst])

    assert len(kept) == MAX_REPORTS
    assert kept[-1] == worst
    assert kept == on_shown_lines(CHANGE, [worst, *many[:-1]])
