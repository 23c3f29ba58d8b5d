"""Comments on lines and files: few, where GitHub takes them, with changes to commit where these fit."""

import pytest

from bot.core.change import File
from bot.core.config.values import Labels
from bot.core.findings.threads import Thread, ThreadReply
from bot.core.findings.tracking import FindingStatus
from bot.core.rendering import (
    PlacementKind,
    Report,
    choose_labels,
    finding_marker,
    is_whole,
    key_of,
    place,
    read_comment,
    render_fixed,
    render_inline,
    render_reintroduced,
    render_review_body,
    reported_status,
    review_marker,
)
from bot.core.review import Finding, LineRange, Severity, Side
from tests.core.rendering.samples import (
    BASE,
    FILES,
    HEAD,
    INJECTION,
    NEWER,
    NIT,
    OUTSIDE,
    PATH,
    REPORT,
    REVIEW,
    URL,
    assert_golden,
    finding,
    known,
)

KEY = "0123456789abcdef"
FILE = FILES[0]


def offered(found: Finding, file: File | None = FILE, *, whole: bool = False) -> bool:
    return "```suggestion\n" in render_inline(found, KEY, file, whole=whole).body


def test_a_comment_on_lines() -> None:
    also = tuple(
        LineRange(path="a.py", line=line, end=line + line % 2, side=Side.RIGHT) for line in range(1, 23)
    )
    found = finding(replacement='    return db.one("""select ```""", name)', also=also)

    comment = render_inline(found, KEY, FILE)

    assert (comment.path, comment.line, comment.end, comment.side) == (PATH, 11, 12, Side.RIGHT)
    assert comment.body.startswith(finding_marker(KEY))
    assert_golden("inline.md", comment.body + "\n")


def test_a_comment_on_a_file_names_the_lines_and_offers_nothing() -> None:
    comment = render_inline(OUTSIDE.model_copy(update={"replacement": "x", "end": 95}), KEY, FILE, whole=True)

    assert comment.whole
    assert_golden("whole.md", comment.body + "\n")


@pytest.mark.parametrize(
    ("fields", "fits"),
    [
        ({"replacement": "    return 1"}, True),
        ({"replacement": ""}, True),
        ({"replacement": None}, False),
        ({"replacement": "x", "side": Side.LEFT}, False),
        ({"replacement": "x", "line": 12, "end": 15}, False),
        ({"replacement": "x", "line": 9, "end": 10}, False),
        ({"replacement": "x", "line": 1, "end": 10**9}, False),
        ({"replacement": "x", "line": 12, "end": 11}, False),
        ({"replacement": "    return db.one(sql)", "line": 12, "end": 12}, False),
        ({"replacement": "    return db.one(sql)\n", "line": 12, "end": 12}, False),
        ({"replacement": "x = '\u202e'"}, False),
        ({"replacement": "x\r\ny"}, False),
    ],
)
def test_only_a_replacement_that_fits_its_lines_is_offered(fields: dict[str, object], *, fits: bool) -> None:
    assert offered(finding(**fields)) is fits


def test_a_replacement_is_only_for_lines_that_are_shown() -> None:
    assert not offered(finding(replacement="x"), None)
    assert not offered(finding(replacement="x"), FILES[1])
    assert not offered(finding(replacement="x"), whole=True)


def test_a_model_cannot_offer_a_change_in_its_text() -> None:
    assert not offered(finding(body="```suggestion\nx\n```"))


def test_the_review_that_carries_comments() -> None:
    assert_golden("review.md", render_review_body(HEAD, ["a"]).body)
    assert_golden("review-blocking.md", render_review_body(HEAD, ["b", "a"], blocking=True).body)
    assert render_review_body(HEAD, ["b", "a"]).marker == review_marker(HEAD, ["a", "b"])
    assert render_review_body(HEAD, [], blocking=True).marker.startswith("<!-- code-review-bot:blocking ")
    assert len({review_marker(HEAD, keys) for keys in (["a"], ["b"], ["a", "b"])}) == 3


def where(*findings: Finding, cap: int = 5) -> list[PlacementKind]:
    return [placed.where for placed in place(findings, FILES, cap)]


def test_on_lines_go_the_most_severe_that_the_diff_shows_and_no_nits() -> None:
    lines, file, summary = PlacementKind.LINES, PlacementKind.FILE, PlacementKind.SUMMARY

    assert where(NIT, BASE, OUTSIDE, INJECTION) == [summary, lines, file, lines]
    assert where(BASE, OUTSIDE, INJECTION, cap=1) == [summary, summary, lines]
    assert where(BASE, OUTSIDE, INJECTION, cap=2) == [summary, file, lines]
    assert where(INJECTION, cap=0) == [summary]


def test_what_is_not_on_lines_goes_on_its_file_only_when_it_is_grave_and_the_file_is_there() -> None:
    file, summary = PlacementKind.FILE, PlacementKind.SUMMARY

    assert where(finding(path="unknown")) == [summary]
    assert where(finding(path="logo.png", line=1, end=1)) == [file]
    assert where(finding(line=90, end=90, severity=Severity.MINOR)) == [summary]
    assert where(finding(line=12, end=11)) == [file]


def thread(body: str, *replies: tuple[bool, str]) -> Thread:
    remarks = tuple(ThreadReply(author="x", mine=mine, text=text) for mine, text in replies)
    return Thread(id="T", comment=1, node="N", path=PATH, body=body, replies=remarks)


def test_what_a_comment_says_can_be_read_again() -> None:
    body = render_inline(OUTSIDE, KEY, FILE, whole=True).body

    assert key_of(thread(body)) == KEY
    assert is_whole(thread(body))
    assert not is_whole(thread(render_inline(INJECTION, KEY, FILE).body))
    assert read_comment(thread(body)) == ("major", "security", "Never closed")
    assert read_comment(thread("something else")) == ("minor", "", "Untitled")


def test_replies_tell_what_became_of_a_finding() -> None:
    body = render_inline(INJECTION, KEY, FILE).body
    fixed, back = render_fixed(KEY, HEAD, URL).body, render_reintroduced(KEY, NEWER, URL).body

    assert_golden("fixed.md", fixed)
    assert_golden("back.md", back)
    assert reported_status(thread(body)) is FindingStatus.OPEN
    assert reported_status(thread(body, (True, fixed))) is FindingStatus.FIXED
    assert reported_status(thread(body, (False, fixed))) is FindingStatus.OPEN
    assert reported_status(thread(body, (True, fixed), (True, back), (False, "thanks"))) is FindingStatus.OPEN


def labelled(report: Report, labels: Labels) -> tuple[set[str], set[str]]:
    wanted, unwanted = choose_labels(report, labels)
    return set(wanted), set(unwanted)


def test_labels_tell_the_effort_and_what_is_critical() -> None:
    labels = Labels(effort="review effort: {effort}", critical="critical finding")
    calm = REPORT.model_copy(update={"review": REVIEW.model_copy(update={"findings": (NIT,)})})
    others = {f"review effort: {effort}" for effort in (1, 3, 4, 5)}

    assert labelled(REPORT, labels) == ({"review effort: 2", "critical finding"}, others)
    assert labelled(calm, labels) == ({"review effort: 2"}, others | {"critical finding"})
    assert labelled(REPORT, Labels()) == (set[str](), set[str]())
    assert labelled(calm, Labels(effort="reviewed")) == ({"reviewed"}, set[str]())


def test_a_critical_finding_that_lasts_is_critical_still() -> None:
    calm = REVIEW.model_copy(update={"findings": ()})
    report = REPORT.model_copy(update={"review": calm, "lasting": (known(severity="critical"),)})

    assert labelled(report, Labels(critical="c")) == ({"c"}, set[str]())
