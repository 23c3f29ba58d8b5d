"""The summary comment. The texts in `../golden` are what a reader of the pull request sees."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.change import Change, File, FileStatus
from bot.core.config.problem import ConfigProblem
from bot.core.llm.budget import Spending, TokenLimits
from bot.core.markdown import MAX_COMMENT
from bot.core.rendering import Report, partial_marker, render_partial, render_summary, summary_marker
from bot.core.review import ChangeNote, Coverage, Group, Review, Severity
from tests.core.rendering.samples import (
    BASE,
    FILES,
    HEAD,
    INJECTION,
    NIT,
    OUTSIDE,
    PATH,
    REPORT,
    URL,
    assert_golden,
    covered,
    finding,
    known,
)


def reviewed(report: Report = REPORT, **fields: object) -> Report:
    """The report with another review."""
    return report.model_copy(update={"review": report.review.model_copy(update=fields)})


def test_a_review_by_a_model() -> None:
    assert_golden("summary.md", render_summary(REPORT))


def test_a_review_without_a_model_says_how_to_add_one() -> None:
    bare = Review(purpose="Changes 3 files.", findings=(OUTSIDE,), effort=1)
    report = REPORT.model_copy(update={"model": None, "review": bare, "posted": ()})

    assert_golden("summary-without-model.md", render_summary(report))


def test_a_second_review_tells_what_became_of_the_first() -> None:
    report = reviewed(findings=(INJECTION, NIT), commits=(), notes=(), areas=(), problems=()).model_copy(
        update={
            "fixed": (known(comment=71), known(title="Never closed, @ada", path="b.py")),
            "lasting": (known(severity="critical", comment=72),),
            "silent": 2,
            "limits": TokenLimits(review=200_000, pull=1_000_000, repository=5_000_000, month=9_000_000),
            "spending": Spending(review=12_345, pull=40_000, repository=300_000, month=8_000_000),
            "problems": (
                ConfigProblem(file=".github/code-review-bot.yml", line=3, message="Unknown key `fndings`."),
            ),
        }
    )

    assert_golden("summary-second.md", render_summary(report))


def test_with_nothing_to_say_it_is_short() -> None:
    report = reviewed(
        covered(PATH, "logo.png", "package-lock.json"),
        findings=(), risks=(), majors=(), commits=(), notes=(), walkthrough=(), tests="", diagram=None,
        areas=(), order=(PATH,), effort=1, purpose="Renames a file.",
    ).model_copy(update={"posted": ()})  # fmt: skip

    assert_golden("summary-nothing.md", render_summary(report))


def test_a_review_that_the_budget_ended_says_how_it_goes_on() -> None:
    entries = (
        Coverage(path=PATH, reviewed=True),
        Coverage(path="logo.png", reviewed=True),
        Coverage(path="package-lock.json", reviewed=False, reason="spent; `x` goes on", later=True),
    )

    text = render_summary(reviewed(coverage=entries))

    assert "1 of 2 files reviewed" in text
    assert "1 file deferred: spent; `x` goes on." in text


def test_a_review_of_some_files_has_a_marker_of_its_own() -> None:
    marker, text = render_partial(REPORT, 17)

    assert marker == partial_marker(17)
    assert text.startswith(f"{partial_marker(17)}\n## Partial review of [`c0ffee1`](")
    assert summary_marker() not in text


def test_a_review_of_a_diff_from_nowhere_has_no_links() -> None:
    report = REPORT.model_copy(update={"url": "", "change": Change(files=FILES)})

    assert "](http" not in render_summary(report)
    assert render_summary(report).startswith(f"{summary_marker()}\n## Review\n")


def test_findings_without_a_comment_have_their_text_and_the_less_grave_are_folded() -> None:
    text = render_summary(reviewed(findings=(NIT, BASE, OUTSIDE, INJECTION)))
    seen, _, folded = text.partition("<summary>2 more findings</summary>")

    assert seen.index("SQL built from") < seen.index("Never closed")
    assert folded.index("It was safe") < folded.index("Longer reads better.")
    assert "Also at `b.py:40-44`." in seen


def test_two_findings_that_are_alike_are_both_listed() -> None:
    text = render_summary(reviewed(findings=(OUTSIDE, OUTSIDE)))

    assert text.count(": Never closed") == 2


@pytest.mark.parametrize(
    "drawing",
    [
        'pie\n  "a": 1',
        'flowchart TD\n  click A "https://evil.example"',
        "flowchart TD\n  A[<img src=x>]",
        "%%{init: {}}%%\nflowchart TD\n  A-->B",
        "flowchart TD\n  A-->B\n```\n# Free",
        "flowchart TD\n" + "  A-->B\n" * 1000,
        "",
    ],
)  # fmt: skip
def test_only_what_github_draws_and_nothing_else_is_drawn(drawing: str) -> None:
    assert "mermaid" not in render_summary(reviewed(diagram=drawing))


@pytest.mark.parametrize("drawing", ["flowchart LR\n  A<-->B\n  B-->|yes<br/>no|C", "graph TD; A-->B"])
def test_a_drawing_is_drawn(drawing: str) -> None:
    assert f"```mermaid\n{drawing}\n```" in render_summary(reviewed(diagram=drawing))


def test_every_unreviewed_file_is_named_and_a_forgotten_one_too() -> None:
    files = tuple(
        File(
            path=f"lib/{number}.py", status=FileStatus.MODIFIED, additions=1, deletions=0, absent="too large"
        )
        for number in range(500)
    )
    report = REPORT.model_copy(update={"change": Change(files=files)})

    text = render_summary(Report.model_validate(report.model_dump()))

    assert all(f"`lib/{number}.py`" in text for number in range(500))
    assert "- too large (500): " in text


def test_thousands_of_unreviewed_files_are_counted() -> None:
    files = tuple(
        File(
            path=f"some/long/path/{number}.py",
            status=FileStatus.MODIFIED,
            additions=1,
            deletions=0,
            absent="too large",
        )
        for number in range(3_000)
    )
    report = Report(change=Change(files=files), review=Review(purpose="Much.", effort=5), model="m")

    text = render_summary(report)

    assert "<b>Not reviewed</b> (3,000 files)" in text
    assert "- too large (3,000): `some/long/path/0.py`" in text
    assert "and 2,900 more files" in text


def test_a_walkthrough_of_thousands_of_files_stays_readable() -> None:
    paths = tuple(f"some/very/long/path/that/goes/on/{number}.py" for number in range(3_000))
    groups = tuple(
        Group(name=f"Part {at}", paths=paths[at * 30 : at * 30 + 30], text="Words. " * 100)
        for at in range(100)
    )
    change = Change(
        head=HEAD,
        files=tuple(File(path=path, status=FileStatus.ADDED, additions=1, deletions=0) for path in paths),
    )
    review = Review(
        purpose="Much.",
        walkthrough=groups,
        effort=5,
        notes=tuple(ChangeNote(name=p, text="x") for p in paths),
    )

    text = render_summary(Report(change=change, review=review, url=URL, model="m"))
    rows = [line for line in text.split("\n") if line.startswith("| Part ")]

    assert len(text) <= MAX_COMMENT
    assert "<details><summary>30 files</summary>" in rows[1]
    assert "and 5 more</details>" in rows[1]
    assert_page_is_whole(text)


words = st.text(st.sampled_from("a @#<`|[\n\\\U0001f600"), max_size=3_000)


@settings(max_examples=15, deadline=None)
@given(
    text=words,
    many=st.integers(0, 190),
    findings=st.integers(0, 2_000),
    files=st.integers(0, 3_000),
    body=words,
)
def test_no_summary_is_too_long(text: str, many: int, findings: int, files: int, body: str) -> None:
    paths = [f"{number}/{text[:200]}" for number in range(files)]
    review = Review(
        purpose=text * 10, risks=(text,) * many, majors=(text,) * many, problems=(text,) * many,
        commits=tuple(ChangeNote(name=f"{number:040}", text=text) for number in range(many)),
        notes=tuple(ChangeNote(name=path, text=text) for path in paths), tests=text,
        walkthrough=tuple(Group(name=text[:500], paths=tuple(paths), text=text) for _ in range(many)),
        findings=tuple(finding(line=number + 1, end=number + 1, body=body) for number in range(findings)),
        coverage=tuple(Coverage(path=path, reviewed=False, reason=text[:50]) for path in paths),
        order=tuple(paths), effort=5,
    )  # fmt: skip
    change = Change(
        head=HEAD,
        files=tuple(File(path=path, status=FileStatus.ADDED, additions=1, deletions=0) for path in paths),
    )
    gone = tuple(known(title=text[:1_000]) for _ in range(many))

    result = render_summary(
        Report(change=change, review=review, url=URL, model="m", fixed=gone, lasting=gone, silent=3)
    )

    assert len(result) <= MAX_COMMENT
    assert len(result.encode()) <= 262_144
    assert result.count("<details>") == result.count("</details>")
    assert "About this review" in result
    assert_page_is_whole(result)


def assert_page_is_whole(markdown: str) -> None:
    """Nothing on the page has swallowed its end: the footer is read as a list, not as code."""
    tokens = MarkdownIt("commonmark", {"html": True}).parse(markdown)

    assert "Comment `/review`" in [token.content for token in tokens if token.type == "inline"][-1]


def test_a_hostile_name_breaks_no_row_of_the_table() -> None:
    name = "a|b`c\n| @ada | <script>"
    group = Group(name=name, paths=(PATH, "x|y.py"), text=name)

    text = render_summary(reviewed(walkthrough=(group,)))
    [row] = [line for line in text.split("\n") if line.startswith("| a¦b")]

    assert row.count("|") == 4
    assert "<script>" not in row


def test_findings_of_all_severities_are_counted_with_those_that_last() -> None:
    report = reviewed(findings=(INJECTION,)).model_copy(update={"lasting": (known(severity="minor"),)})

    assert "**2 findings** (1 critical, 1 minor)" in render_summary(report)


def test_only_the_finding_that_stands_on_its_lines_goes_without_its_text() -> None:
    other = finding(title="Another", severity=Severity.MAJOR, body="Because.")

    text = render_summary(reviewed(findings=(INJECTION, other)))

    assert "Because." in text
    assert "Anybody can read every row" not in text
