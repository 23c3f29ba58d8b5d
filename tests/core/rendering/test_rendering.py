"""What the bot says. The texts in `../golden` are what a reader of the pull request sees."""

import difflib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.core.change import Change, Commit, File, Pull, PullRef, Status
from bot.core.check import Conclusion
from bot.core.diff import parse_diff
from bot.core.exchange import Usage
from bot.core.jobs import Cause, Task
from bot.core.markdown import MAX_COMMENT
from bot.core.rendering import (
    Report,
    choose_inline,
    finding_marker,
    render_check,
    render_check_cancelled,
    render_check_failure,
    render_check_progress,
    render_check_skipped,
    render_failure,
    render_inline,
    render_parked,
    render_placeholder,
    render_review_body,
    render_summary,
    render_superseded,
    review_marker,
    summary_marker,
)
from bot.core.review import Area, Coverage, Finding, Note, Review, Severity, Side, Source

GOLDEN = Path(__file__).parents[1] / "golden"
HEAD, ORIGIN, NEWER = "c0ffee1" + "0" * 33, "ba5e000" + "0" * 33, "deadbee" + "0" * 33
URL = "https://github.com/o/r/pull/3"
REF = PullRef(repository="o/r", number=3)
PULL = Pull(ref=REF, title="", body="", author="ada", base="main", origin=ORIGIN, head=HEAD, url=URL)
NOON = datetime(2026, 11, 21, 12, 5, tzinfo=UTC)

DIFF = """diff --git a/old name.py b/app/db #1.py
similarity index 80%
rename from old name.py
rename to app/db #1.py
index 1..2 100644
--- a/old name.py\t
+++ b/app/db #1.py\t
@@ -10,4 +10,5 @@ def find(name):
     db = connect()
-    return db.one("select 1")
+    sql = f"select * from users where name = '{name}'"
+    return db.one(sql)

     close(db)
diff --git a/logo.png b/logo.png
new file mode 100644
index 0..1
Binary files /dev/null and b/logo.png differ
diff --git a/package-lock.json b/package-lock.json
index 1..2 100644
--- a/package-lock.json
+++ b/package-lock.json
@@ -1 +1 @@
-{}
+{"a": 1}
"""
FILES = parse_diff(DIFF)
PATH = FILES[0].path


def finding(**fields: object) -> Finding:
    usual = {
        "path": PATH, "line": 11, "end": 12, "side": Side.RIGHT, "severity": Severity.CRITICAL,
        "category": "security", "confidence": 0.9, "title": "SQL built from `name`",
        "body": "Anybody can read every row, @ada.\n\n```python\ndb.one(sql, name)\n```",
        "source": Source.MODEL,
    }  # fmt: skip
    return Finding.model_validate(usual | fields)


INJECTION = finding()
BASE = finding(line=11, end=11, side=Side.LEFT, severity=Severity.MINOR, title="It was safe", body="")
NIT = finding(
    line=10, end=10, severity=Severity.NIT, title="Name it `connection`", body="Longer reads better."
)
OUTSIDE = finding(line=90, end=90, severity=Severity.MAJOR, title="Never closed", source=Source.SIGNAL)

REVIEW = Review(
    purpose="Finds users **by name**.\n\n# Heading\n<details>See #12 and <!-- code-review-bot:summary -->",
    risks=("Injection\nby name, @ada",),
    majors=("`find` takes a name",),
    commits=(Note(name="a" * 40, text="Adds the query."), Note(name="b" * 40, text="Updates the lock.")),
    notes=(Note(name=PATH, text="Builds the query."), Note(name="logo.png", text="A new logo.")),
    findings=(INJECTION, OUTSIDE, BASE, NIT),
    coverage=(
        Coverage(path=PATH, reviewed=True),
        Coverage(path="logo.png", reviewed=False, reason="binary file"),
        Coverage(path="package-lock.json", reviewed=False, reason="lock file"),
    ),
    areas=(Area(name="source", files=1, additions=2, deletions=1),),
    order=(PATH, "package-lock.json"),
    effort=2,
    problems=("One question was not answered: 429",),
)
CHANGE = Change(
    repository="o/r", number=3, head=HEAD, origin=ORIGIN, files=FILES,
    commits=(Commit(sha="a" * 40, message="Find users (#3)\n\nMore", author="ada"),),
)  # fmt: skip
REPORT = Report(
    change=CHANGE, review=REVIEW, url=URL, model="gpt-x", usage=Usage(prompt=12_345, answer=678),
    asked=3, reused=1, seconds=83.4, posted=(INJECTION,), version="0.1.0", module="f" * 64,
)  # fmt: skip


def covered(*paths: str) -> Report:
    """A report whose review says it has read `paths` and nothing went wrong."""
    entries = tuple(Coverage(path=file.path, reviewed=file.path in paths) for file in FILES)
    review = REVIEW.model_copy(update={"coverage": entries, "problems": ()})
    return REPORT.model_copy(update={"review": review})


def assert_golden(name: str, text: str) -> None:
    expected = (GOLDEN / name).read_text()
    difference = difflib.unified_diff(expected.splitlines(), text.splitlines(), "golden", "said", lineterm="")
    assert text == expected, "\n".join(difference)


def test_a_review_by_a_model() -> None:
    assert_golden("summary.md", render_summary(REPORT))


def test_a_review_without_a_model_says_how_to_add_one() -> None:
    bare = Review(purpose="Changes 3 files.", findings=(OUTSIDE,), effort=1)
    report = REPORT.model_copy(update={"model": None, "review": bare, "posted": ()})

    assert_golden("summary-without-model.md", render_summary(report))


def test_a_review_of_a_diff_from_nowhere_has_no_links() -> None:
    report = REPORT.model_copy(update={"url": "", "change": Change(files=FILES)})

    assert "](http" not in render_summary(report)
    assert render_summary(report).startswith(f"{summary_marker()}\n## Review\n")


def test_a_comment_on_lines() -> None:
    offered = finding(replacement='    return db.one("""select ```""", name)')

    comment = render_inline(offered, "0123456789abcdef")

    assert (comment.path, comment.line, comment.end, comment.side) == (PATH, 11, 12, Side.RIGHT)
    assert comment.body.startswith(finding_marker("0123456789abcdef"))
    assert_golden("inline.md", comment.body + "\n")


@pytest.mark.parametrize(
    ("fields", "offered"),
    [({"replacement": None}, 0), ({"replacement": ""}, 1), ({"side": Side.LEFT, "replacement": "x"}, 0)],
)
def test_only_a_replacement_for_lines_of_the_head_is_offered(fields: dict[str, object], offered: int) -> None:
    assert render_inline(finding(**fields), "k").body.count("```suggestion\n") == offered


def test_a_model_cannot_offer_a_change_in_its_text() -> None:
    assert "suggestion" not in render_inline(finding(body="```suggestion\nx\n```"), "k").body


def test_the_review_that_carries_comments() -> None:
    assert_golden("review.md", render_review_body(HEAD, 1))
    assert render_review_body(HEAD, 2).startswith(review_marker(HEAD))


def test_on_lines_go_the_most_severe_that_the_diff_shows_and_no_nits() -> None:
    chosen, rest = choose_inline((NIT, BASE, OUTSIDE, INJECTION), FILES, cap=5)

    assert chosen == (BASE, INJECTION)
    assert rest == (NIT, OUTSIDE)
    assert choose_inline((BASE, INJECTION), FILES, cap=1) == ((INJECTION,), (BASE,))
    assert choose_inline((INJECTION,), FILES, cap=0) == ((), (INJECTION,))
    assert choose_inline((finding(path="unknown"),), FILES, cap=5)[0] == ()
    assert choose_inline((finding(path="logo.png", line=1, end=1),), FILES, cap=5)[0] == ()


def test_the_placeholder_names_head_and_cause() -> None:
    command = Task(pull=REF, cause=Cause.COMMAND, actor="ada")

    assert_golden("placeholder.md", render_placeholder(PULL, command))


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_its_words(cause: Cause) -> None:
    assert " because " in render_placeholder(PULL, Task(pull=REF, cause=cause, head=HEAD))


def test_a_failure_says_why_and_what_to_do() -> None:
    assert_golden("failure.md", render_failure(PULL, "the model `x`\nis unknown to @all"))
    assert "tried again at 21 November 2026, 12:05 UTC" in render_failure(PULL, "busy", retry=NOON)


def test_a_wait_says_until_when() -> None:
    assert_golden("parked.md", render_parked(PULL, "GitHub's rate limit is used up", NOON))


def test_a_stopped_review_names_what_came_instead() -> None:
    assert_golden("superseded.md", render_superseded(PULL, NEWER))
    assert "A newer commit" in render_superseded(PULL, "")


def test_the_last_review_stays_below_the_banner_and_banners_do_not_pile_up() -> None:
    review = render_summary(REPORT)
    pushed = Task(pull=REF, cause=Cause.PUSHED, head=NEWER)

    body = render_placeholder(PULL, pushed, review)
    body = render_parked(PULL, "busy", NOON, body)
    body = render_failure(PULL, "gone", previous=body)

    assert_golden("failure-over-review.md", body)
    assert body.count("<!-- code-review-bot:summary -->") == 1
    assert body.count("code-review-bot:status") == 1
    assert review.removeprefix(summary_marker()).strip() in body


def test_a_banner_alone_leaves_nothing_below_the_next() -> None:
    placeholder = render_placeholder(PULL, Task(pull=REF, cause=Cause.OPENED, head=HEAD))

    assert render_failure(PULL, "gone", previous=placeholder) == render_failure(PULL, "gone")
    assert render_failure(PULL, "gone", previous="") == render_failure(PULL, "gone")


def test_a_banner_over_the_longest_review_still_fits() -> None:
    review = f"{summary_marker()}\n" + "word word\n\n" * 5_900

    body = render_failure(PULL, "gone", previous=review)

    assert len(body) <= MAX_COMMENT
    assert body.endswith("the rest was left out.*")


@pytest.mark.parametrize(
    ("report", "conclusion"),
    [
        (covered(PATH, "package-lock.json"), Conclusion.SUCCESS),
        (covered(PATH, "package-lock.json", "logo.png"), Conclusion.SUCCESS),
        (covered(PATH), Conclusion.NEUTRAL),
        (covered(), Conclusion.NEUTRAL),
        (covered(PATH, "package-lock.json").model_copy(update={"model": None}), Conclusion.NEUTRAL),
        (REPORT, Conclusion.NEUTRAL),
    ],
)
def test_the_check_is_green_only_when_a_model_read_all_that_can_be_read(
    report: Report, conclusion: Conclusion
) -> None:
    assert render_check(report).conclusion is conclusion


def test_a_change_with_nothing_to_read_is_not_green() -> None:
    change = Change(files=FILES[1:2])

    report = REPORT.model_copy(update={"change": change, "review": Review(purpose="", effort=1)})

    assert render_check(report).conclusion is Conclusion.NEUTRAL


def test_a_file_too_large_to_show_is_missed() -> None:
    large = File(path="x", status=Status.MODIFIED, additions=9, deletions=0, absent="too large to show")
    report = covered(PATH, "package-lock.json")

    report = Report.model_validate(
        report.model_dump() | {"change": CHANGE.model_copy(update={"files": (*FILES, large)})}
    )

    assert render_check(report).conclusion is Conclusion.NEUTRAL
    assert "- too large to show: `x`" in render_check(report).summary


def test_the_check_says_how_much_was_reviewed() -> None:
    check = render_check(REPORT)

    assert check.title == "Reviewed 1 of 3 files; 4 findings"
    assert "- lock file: `package-lock.json`" in check.summary
    assert "429" in check.summary


def test_a_check_without_a_review_is_never_green() -> None:
    assert render_check_progress(PULL).conclusion is None
    assert render_check_failure("the key is wrong").conclusion is Conclusion.FAILURE
    assert render_check_failure("the key\nis wrong").title == "Not reviewed: the key is wrong"
    assert render_check_skipped("it is a draft").conclusion is Conclusion.SKIPPED
    assert render_check_cancelled(NEWER).conclusion is Conclusion.CANCELLED
    assert "deadbee" in render_check_cancelled(NEWER).summary


def test_every_unreviewed_file_is_named_and_a_forgotten_one_too() -> None:
    files = tuple(
        File(path=f"lib/{number}.py", status=Status.MODIFIED, additions=1, deletions=0, absent="too large")
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
            status=Status.MODIFIED,
            additions=1,
            deletions=0,
            absent="too large",
        )
        for number in range(3_000)
    )
    report = Report(change=Change(files=files), review=Review(purpose="Much.", effort=5), model="m")

    text = render_summary(report)

    assert "- too large (3,000): `some/long/path/0.py`" in text
    assert "and 2,900 more files" in text


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
        commits=tuple(Note(name=f"{number:040}", text=text) for number in range(many)),
        notes=tuple(Note(name=path, text=text) for path in paths),
        findings=tuple(finding(line=number + 1, end=number + 1, body=body) for number in range(findings)),
        coverage=tuple(Coverage(path=path, reviewed=False, reason=text[:50]) for path in paths),
        order=tuple(paths), effort=5,
    )  # fmt: skip
    change = Change(
        head=HEAD,
        files=tuple(File(path=path, status=Status.ADDED, additions=1, deletions=0) for path in paths),
    )

    result = render_summary(Report(change=change, review=review, url=URL, model="m"))

    assert len(result) <= MAX_COMMENT
    assert len(result.encode()) <= 262_144
    assert result.count("<details>") == result.count("</details>")
    assert "About this review" in result
    assert_page_is_whole(result)


def assert_page_is_whole(markdown: str) -> None:
    """Nothing on the page has swallowed its end: the footer is read as a list, not as code."""
    tokens = MarkdownIt("commonmark", {"html": True}).parse(markdown)

    assert "Comment `/review`" in [token.content for token in tokens if token.type == "inline"][-1]
