"""Files and commits that GitHub counts and does not list: the summary and the check say how many they are."""

from bot.core.change import File, FileStatus
from bot.core.check_run import Conclusion
from bot.core.rendering import Report, render_check, render_summary
from tests.core.rendering.samples import FILES, REPORT, covered

EVERYTHING = tuple(file.path for file in FILES)


def unlisted(files: int = 0, commits: int = 0, report: Report | None = None) -> Report:
    report = report or covered(*EVERYTHING)
    more = {"unlisted_files": files, "unlisted_commits": commits}
    return report.model_copy(update={"change": report.change.model_copy(update=more)})


def test_a_check_is_green_only_where_everything_was_listed() -> None:
    assert render_check(unlisted()).conclusion is Conclusion.SUCCESS
    for report in (unlisted(1), unlisted(300)):
        assert render_check(report).conclusion is Conclusion.NEUTRAL


def test_the_check_tells_how_much_is_left() -> None:
    check = render_check(unlisted(30))

    assert check.title.startswith("Partially reviewed: 2 of 32 files")
    assert "Not reviewed: 30 more files that GitHub did not list." in check.summary


def test_the_summary_tells_it_at_once_and_among_what_was_not_reviewed() -> None:
    summary = render_summary(unlisted(1_030))

    assert "2 of 1,032 files reviewed" in summary
    assert "Not reviewed: 1,030 more files that GitHub did not list." in summary
    assert "<b>Not reviewed</b> (1,030 files)" in summary
    assert "- 1,030 more files that GitHub did not list" in summary


def test_a_single_one_is_one() -> None:
    summary = render_summary(unlisted(1))

    assert "### Not reviewed\n\n- 1 more file that GitHub did not list\n" in summary


def test_commits_that_were_not_listed_are_told() -> None:
    summary = render_summary(unlisted(commits=50, report=REPORT))

    assert "<b>Commits</b> (52)" in summary
    assert "- 50 more commits that GitHub did not list" in summary
    assert render_check(unlisted(commits=50)).conclusion is Conclusion.SUCCESS


def test_without_any_file_nothing_is_said_to_be_without_text() -> None:
    report = REPORT.model_copy(update={"change": REPORT.change.model_copy(update={"files": ()})})
    check = render_check(report)

    assert check.title.startswith("Nothing to review: no files changed")
    assert check.conclusion is Conclusion.NEUTRAL
    assert "no files changed" in render_summary(report)


def test_of_a_file_that_was_shown_in_part_only_a_part_was_reviewed() -> None:
    report = covered(*EVERYTHING)
    first, *others = report.change.files
    cut = first.model_copy(update={"absent": "GitHub shows only a part of it"})
    report = report.model_copy(update={"change": report.change.model_copy(update={"files": (cut, *others)})})
    check = render_check(report)

    assert check.conclusion is Conclusion.NEUTRAL
    assert check.title.startswith("Partially reviewed: 1 of 2 files")
    assert f"- partially reviewed: GitHub shows only a part of it: `{first.path}`" in render_summary(report)


def test_a_file_without_a_patch_is_named_as_before() -> None:
    large = File(
        path="big.sql",
        status=FileStatus.ADDED,
        additions=9,
        deletions=0,
        absent="too large for GitHub to show",
    )
    report = covered(*EVERYTHING)
    change = report.change.model_copy(update={"files": (*report.change.files, large)})
    summary = render_summary(report.model_copy(update={"change": change}))

    assert "- too large for GitHub to show: `big.sql`" in summary
