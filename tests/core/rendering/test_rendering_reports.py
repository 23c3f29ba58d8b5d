"""What other tools have reported, in the summary comment."""

from bot.core.change import ToolReport
from bot.core.rendering import render_summary
from bot.core.review import Severity
from tests.core.rendering.samples import HEAD, PATH, REPORT


def known(line: int = 11, **fields: object) -> ToolReport:
    usual = {"tool": "CodeQL", "rule": "py/sql-injection", "path": PATH, "line": line, "end": line}
    return ToolReport.model_validate({**usual, "severity": Severity.MAJOR, "text": "A query"} | fields)


def told(*reports: ToolReport) -> str:
    change = REPORT.change.model_copy(update={"reports": reports})
    return render_summary(REPORT.model_copy(update={"change": change}))


def test_without_reports_nothing_is_said() -> None:
    assert "reported by other tools" not in render_summary(REPORT)


def test_one_line_counts_them_by_tool_and_their_places_are_collapsed() -> None:
    text = told(known(), known(12, end=13), known(13, tool="Ruff", rule="", text=""))

    line = "Already reported by other tools and not repeated here: 2 by CodeQL, 1 by Ruff."
    assert f"\n\n{line}\n\n<details>\n<summary>3 reports</summary>" in text
    blob = f"https://github.com/o/r/blob/{HEAD}/app/db%20%231.py"
    assert f"- [`app/db #1.py:12-13`]({blob}#L12-L13) CodeQL py/sql-injection: A query\n" in text
    assert f"- [`app/db #1.py:13`]({blob}#L13) Ruff\n" in text


def test_their_texts_are_foreign() -> None:
    text = told(
        known(tool="@ada <b>", text="Fixes #1 <!-- code-review-bot:summary --> ![](http://x.example/)")
    )

    assert text.count("<!--") == render_summary(REPORT).count("<!--")
    for harmful in ("<b>", "by @ada", "Fixes #1", "![]("):
        assert harmful not in text.partition("Already reported")[2].partition("</details>")[0]


def test_very_many_are_counted_and_the_first_listed() -> None:
    text = told(*(known(line, tool=f"tool-{line}") for line in range(1, 201)))

    assert "1 by tool-10, 190 by others." in text
    assert "and 150 more reports" in text
