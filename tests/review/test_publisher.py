"""The state of GitHub after each review: posted once, with replies in the same thread."""

from copy import deepcopy

import pytest

from bot.core.check_run import Conclusion
from bot.core.config.values import Configuration, Labels
from bot.core.jobs import Cause, Task
from bot.core.review import Finding, Severity
from bot.review.publish.null_state import NullState
from tests.review.fake_github import Died
from tests.review.scene import BASE, FIXED, LOOP, MOVED, REF, Scene, at, file, sha

EMPTY = "Fails on an empty list"
NO_RESOLVING = Configuration(resolve=False)
BLOCKING = Configuration(request_changes=True)


@pytest.fixture
def scene() -> Scene:
    return Scene()


def empty(text: str = LOOP, **fields: object) -> Finding:
    return at(text, "items[0]", **fields)


def slow(text: str = LOOP, **fields: object) -> Finding:
    return at(text, "items[1:]", title="Copies the whole list", category="performance", **fields)


async def test_a_finding_is_put_on_its_line_once(scene: Scene) -> None:
    for _ in range(2):
        report = await scene.review("a1", LOOP, empty())

        [thread] = scene.github.threads_.values()
        assert (thread.path, thread.line) == ("cart.py", 2)
        assert report.posted == (empty(),)
        assert len(scene.github.reviews) == 1


async def test_it_is_known_again_moved_and_worded_anew(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    report = await scene.review("b2", MOVED, empty(MOVED, title="Crashes when the list is empty"))

    assert len(scene.github.threads_) == 1
    assert len(scene.github.reviews) == 1
    assert [one.title for one in report.posted] == ["Crashes when the list is empty"]


async def test_a_line_that_was_changed_without_mending_it_is_no_new_finding(scene: Scene) -> None:
    still = LOOP.replace("items[0]", "list(items)[0]")
    await scene.review("a1", LOOP, empty())
    await scene.review("b2", still, at(still, "list(items)[0]"))

    assert len(scene.github.threads_) == 1
    assert not scene.github.thread(EMPTY).replies


async def test_what_is_fixed_is_told_in_its_thread_and_in_the_summary(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty(), slow())
    await scene.review("b2", FIXED)
    thread = scene.github.thread(EMPTY)

    assert ["Fixed in [`b200000`]" in said.text for said in thread.replies] == [True]
    assert thread.resolved
    assert "2 fixed since the last review" in scene.summary
    assert scene.summary.count(EMPTY) == 1
    assert "No findings" in scene.summary

    await scene.review("c3", FIXED)

    assert len(scene.github.thread(EMPTY).replies) == 1
    assert "fixed since" not in scene.summary


async def test_where_the_bot_may_not_resolve_it_folds_its_comment(scene: Scene) -> None:
    scene.github.may_resolve = False
    await scene.review("a1", LOOP, empty())
    await scene.review("b2", FIXED)

    assert scene.github.thread(EMPTY).minimised
    assert not scene.github.thread(EMPTY).resolved


async def test_a_repository_may_want_to_resolve_by_itself(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty(), config=NO_RESOLVING)
    await scene.review("b2", FIXED, config=NO_RESOLVING)
    thread = scene.github.thread(EMPTY)

    assert len(thread.replies) == 1
    assert (thread.resolved, thread.minimised) == (False, False)


async def test_a_thread_that_somebody_resolved_with_the_fix_is_left_alone(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.change(scene.github.thread(EMPTY), resolved=True, resolver="mira", line=None)
    await scene.review("b2", FIXED)

    assert not scene.github.thread(EMPTY).replies
    assert not scene.config_source.dismissed
    assert "1 fixed since the last review" in scene.summary


async def test_a_model_that_does_not_see_it_again_has_not_fixed_it(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty(severity=Severity.CRITICAL))
    report = await scene.review("b2", MOVED, config=Configuration(labels=Labels(critical="critical")))
    thread = scene.github.thread(EMPTY)

    assert not thread.replies
    assert not thread.resolved
    assert [one.title for one in report.lasting] == [EMPTY]
    assert "1 still open from earlier reviews" in scene.summary
    assert f"#discussion_r{thread.comment})" in scene.summary
    assert "1 finding" in scene.github.checks[sha("b2")].title
    assert scene.github.labels == {"critical"}


async def test_a_file_that_was_not_read_has_nothing_fixed(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    report = await scene.review("b2", FIXED, unread=("cart.py",))

    assert not report.fixed
    assert not scene.github.thread(EMPTY).replies


async def test_a_file_that_left_the_change_has_nothing_open(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    report = await scene.review("b2", None, files=())

    assert [one.title for one in report.fixed] == [EMPTY]
    assert scene.github.thread(EMPTY).resolved


async def test_what_comes_back_is_told_in_the_old_thread(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    await scene.review("b2", FIXED)
    report = await scene.review("c3", LOOP, empty())
    thread = scene.github.thread(EMPTY)

    assert ["Reintroduced in [`c300000`]" in said.text for said in thread.replies] == [False, True]
    assert not thread.resolved
    assert report.posted == (empty(),)

    await scene.review("d4", FIXED)

    assert "Fixed in [`d400000`]" in scene.github.thread(EMPTY).replies[-1].text
    assert scene.github.thread(EMPTY).resolved


async def test_a_comment_that_somebody_deleted_stays_deleted(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.threads_.clear()
    for head, text in (("b2", MOVED), ("c3", FIXED), ("d4", LOOP)):
        found = () if text is FIXED else (empty(text),)
        report = await scene.review(head, text, *found)

        assert not scene.github.threads_
        assert not report.posted
    assert EMPTY in scene.summary


async def test_few_comments_the_gravest_first(scene: Scene) -> None:
    many = [empty(title=f"Flaw {number}", severity=Severity.MINOR) for number in range(10)]
    report = await scene.review("a1", LOOP, *many, slow(), config=Configuration(findings=2))

    assert [one.title for one in report.posted] == ["Flaw 0", "Copies the whole list"]
    assert len(scene.github.threads_) == 2
    assert "<summary>9 more findings</summary>" in scene.summary


@pytest.mark.parametrize("how", [{"config": Configuration(inline=False)}, {"quiet_inline": True}])
async def test_without_comments_on_lines_the_summary_has_all(scene: Scene, how: dict[str, object]) -> None:
    report = await scene.review("a1", LOOP, empty(), **how)  # type: ignore[arg-type]

    assert not scene.github.threads_
    assert not report.posted
    assert "It has no first item." in scene.summary


async def test_a_grave_finding_off_the_diff_goes_on_its_file(scene: Scene) -> None:
    far = empty(title="Never closed").model_copy(update={"line": 90, "end": 91})
    mild = far.model_copy(update={"title": "Might be named better", "severity": Severity.MINOR})
    report = await scene.review("a1", LOOP, far, mild)

    [thread] = scene.github.threads_.values()
    assert thread.line is None
    assert "On `cart.py:90-91`" in thread.body
    assert report.posted == (far,)


async def test_what_github_does_not_take_is_in_the_summary(scene: Scene) -> None:
    scene.github.takes = lambda comment: EMPTY not in comment.body
    report = await scene.review("a1", LOOP, empty(), slow())

    assert report.posted == (slow(),)
    assert "It has no first item." in scene.summary


async def test_changes_are_requested_while_a_critical_finding_is_open(scene: Scene) -> None:
    await scene.review("a1", LOOP, slow(), config=BLOCKING)
    assert [blocks for _, blocks in scene.github.reviews] == [False]

    await scene.review("b2", MOVED, empty(MOVED, severity=Severity.CRITICAL), config=BLOCKING)
    await scene.review("c3", MOVED, empty(MOVED, severity=Severity.CRITICAL), config=BLOCKING)
    assert [blocks for _, blocks in scene.github.reviews] == [False, True]

    await scene.review("d4", FIXED, config=BLOCKING)
    assert [blocks for _, blocks in scene.github.reviews] == [False, False]

    await scene.review("e5", LOOP, empty(severity=Severity.CRITICAL), config=BLOCKING)
    await scene.review("e5", LOOP, empty(severity=Severity.CRITICAL), config=BLOCKING)
    assert [blocks for _, blocks in scene.github.reviews] == [False, False, True]


async def test_a_critical_finding_without_a_line_blocks_as_well(scene: Scene) -> None:
    quiet = Configuration(request_changes=True, inline=False)
    for _ in range(2):
        await scene.review("a1", LOOP, empty(severity=Severity.CRITICAL), config=quiet)

    [(body, blocks)] = scene.github.reviews
    assert blocks
    assert "Changes are requested" in body


async def test_a_repository_that_wants_no_blocking_any_more_is_unblocked(scene: Scene) -> None:
    critical = empty(severity=Severity.CRITICAL)
    await scene.review("a1", LOOP, critical, config=BLOCKING)
    await scene.review("b2", LOOP, critical)

    assert [blocks for _, blocks in scene.github.reviews] == [False]


async def test_without_critical_findings_nobody_asks_what_to_unblock(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty(), config=BLOCKING)
    await scene.review("b2", FIXED, config=BLOCKING)

    assert "unblock" not in scene.github.calls


async def test_labels_follow_the_review(scene: Scene) -> None:
    config = Configuration(labels=Labels(effort="effort {effort}", critical="critical"))
    scene.github.labels = {"effort 5", "bug"}
    await scene.review("a1", LOOP, empty(severity=Severity.CRITICAL), config=config)
    assert scene.github.labels == {"effort 2", "bug", "critical"}

    await scene.review("b2", FIXED, config=config)
    assert scene.github.labels == {"effort 2", "bug"}


async def test_a_second_review_of_the_same_head_may_find_more(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    await scene.review("a1", LOOP, empty(), slow())

    assert len(scene.github.threads_) == 2
    assert len(scene.github.reviews) == 2


async def test_a_review_of_some_files_leaves_summary_and_check_as_they_are(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    before, check = scene.summary, scene.github.checks[sha("a1")]
    for _ in range(2):
        await scene.review("a1", LOOP, empty(), slow(), partial_review=77)

    assert (scene.summary, scene.github.checks[sha("a1")]) == (before, check)
    [body] = [body for body in scene.github.comments.values() if "code-review-bot:aside 77" in body]
    assert "Partial review" in body
    assert len(scene.github.threads_) == 2


async def test_a_pull_that_is_passed_over_has_a_check_and_no_comment(scene: Scene) -> None:
    await scene.publisher.skip(scene.pull("a1"), "Not reviewed: it is a draft.")

    check = scene.github.checks[sha("a1")]
    assert (check.conclusion, check.title) == (Conclusion.SKIPPED, "Not reviewed: it is a draft.")
    assert not scene.github.comments


async def test_what_was_announced_before_it_was_passed_over_is_taken_back(scene: Scene) -> None:
    await scene.publisher.announce(scene.pull("a1"), Task(pull=REF, cause=Cause.OPENED, head=sha("a1")))
    await scene.publisher.skip(scene.pull("a1"), "it is a draft")

    assert "was not reviewed:** it is a draft." in scene.summary
    assert not scene.config_source.heads


async def test_a_review_reads_the_threads_once_and_says_nothing_that_is_said(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.calls.clear()
    await scene.review("b2", MOVED, empty(MOVED))

    assert scene.github.calls == ["threads", "put_comment", "put_check"]


async def test_without_a_database_the_markers_do(scene: Scene) -> None:
    scene.config_source = NullState()  # type: ignore[assignment]
    await scene.review("a1", LOOP, empty())
    report = await scene.review("b2", MOVED, empty(MOVED))
    assert len(scene.github.threads_) == 1
    assert report.posted == (empty(MOVED),)

    report = await scene.review("c3", MOVED)
    assert [one.title for one in report.lasting] == [EMPTY]

    scene.github.change(scene.github.thread(EMPTY), line=None)
    for head in ("d4", "e5"):
        await scene.review(head, FIXED)
    assert len(scene.github.thread(EMPTY).replies) == 1

    await scene.review("f6", LOOP, empty())
    assert "Reintroduced in" in scene.github.thread(EMPTY).replies[-1].text
    assert not scene.github.thread(EMPTY).resolved


async def told(scene: Scene, *, deaths: bool = False) -> None:
    """Three pushes: findings; one is fixed and one new; the fixed one is back. Each review is tried until it
    is through; with `deaths` the first process dies where `github` says.
    """
    config = Configuration(request_changes=True, labels=Labels(effort="e{effort}", critical="critical"))
    half = LOOP.replace("    rest = items[1:]\n", "    rest = items\n")
    pushes = (
        ("a1", LOOP, (empty(severity=Severity.CRITICAL), slow())),
        (
            "b2",
            half,
            (empty(half, severity=Severity.CRITICAL), at(half, "rest = items", title="Counted twice")),
        ),
        ("c3", BASE, ()),
        ("d4", LOOP, (empty(severity=Severity.CRITICAL), slow())),
    )
    for head, text, findings in pushes:
        for _ in range(2):
            try:
                await scene.review(head, text, *findings, config=config)
                break
            except Died:
                assert deaths


async def test_whenever_the_process_dies_the_same_stands_on_github() -> None:
    undisturbed = Scene()
    await told(undisturbed)
    calls = len(undisturbed.github.calls)

    for half_steps in range(2, 2 * calls + 2):
        scene = Scene()
        scene.github.die_at = half_steps / 2
        await told(scene, deaths=True)
        moment = f"{half_steps / 2}: {undisturbed.github.calls[half_steps // 2 - 1]}"

        assert _combined_status(scene) == _combined_status(undisturbed), moment


def _combined_status(scene: Scene) -> object:
    github = deepcopy(scene.github)
    threads = [
        (one.body, one.resolved, one.minimised, [said.text for said in one.replies])
        for one in github.threads_.values()
    ]
    reviews = [blocks for _, blocks in github.reviews]
    return sorted(threads), reviews, list(github.comments.values()), github.labels, github.checks


async def test_what_a_review_that_was_cut_off_had_fixed_is_told_with_the_next(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.calls.clear()
    scene.github.die_at = 2
    with pytest.raises(Died):
        await scene.review("b2", FIXED)
    await scene.review("c3", FIXED, files=(file("cart.py", BASE, FIXED + "# more\n"),))

    [said] = scene.github.thread(EMPTY).replies
    assert "Fixed in [`b200000`]" in said.text
    assert scene.github.thread(EMPTY).resolved
