"""A refusal on one channel becomes a note on the others; each ends independently."""

from itertools import combinations

import pytest

from bot.core.channels import Channel, DisabledChannel
from bot.core.check_run import Conclusion
from bot.core.config.values import Configuration, Labels
from bot.core.errors import Refused, Retry
from bot.core.jobs import Cause, Task
from bot.core.review import Finding, Severity
from bot.engine.db.clock import utc_now as now
from bot.review.publish.channels import Channels
from tests.review.scene import FIXED, LOOP, REF, Scene, at, sha

FORBIDDEN = Refused(
    "GitHub refused POST /x: 403 Resource not accessible by integration",
    brief="403: Resource not accessible by integration",
    advice="Grant the App more",
)
AWAY = Retry("GitHub server error: POST /x returned 500")
LIMITED = Retry("GitHub's rate limit is reached", 60)
TASK = Task(pull=REF, cause=Cause.OPENED, head=sha("a1"))
BODY = "It has no first item."
WRITES = ("put_comment", "put_check", "put_review")
BLOCKING = Configuration(request_changes=True, labels=Labels(critical="critical"))


@pytest.fixture
def scene() -> Scene:
    return Scene()


def empty(**fields: object) -> Finding:
    return at(LOOP, "items[0]", **fields)


def nit() -> Finding:
    return at(LOOP, "items[1:]", title="Hardly named", body="A name would help.", severity=Severity.NIT)


def refuse(scene: Scene, *calls: str, error: Exception = FORBIDDEN) -> None:
    scene.github.troubles = dict.fromkeys(calls, error)


def seen(scene: Scene) -> str:
    """All that a reader can see."""
    checks = [f"{check.summary}\n{check.text}" for check in scene.github.checks.values()]
    threads = [thread.body for thread in scene.github.threads_.values()]
    return "\n".join([*scene.github.comments.values(), *threads, *checks])


@pytest.mark.parametrize(
    "refused", [calls for size in range(3) for calls in combinations(WRITES, size)], ids=str
)
async def test_a_finding_is_shown_as_long_as_one_channel_is_left(
    scene: Scene, refused: tuple[str, ...]
) -> None:
    refuse(scene, *refused)
    found = (empty(), nit()) if "put_review" in refused or len(refused) < 2 else (empty(),)
    await scene.publisher.announce(scene.pull("a1"), TASK)
    await scene.review("a1", LOOP, *found)

    assert all(one.body in seen(scene) for one in found)
    assert all(check.conclusion for check in scene.github.checks.values())
    assert "Reviewing" not in seen(scene)


async def test_a_review_that_is_shown_nowhere_fails_and_says_why(scene: Scene) -> None:
    refuse(scene, *WRITES)
    with pytest.raises(
        Refused, match="the check run \\(403: Resource not accessible by integration\\)"
    ) as told:
        await scene.review("a1", LOOP, empty())

    assert "Grant the App more" in str(told.value)


async def test_where_nothing_was_taken_the_next_review_is_not_paid_for(scene: Scene) -> None:
    refuse(scene, *WRITES)
    publisher = scene.publisher
    await publisher.announce(scene.pull("a1"), TASK)
    with pytest.raises(Refused):
        await scene.review("a1", LOOP, empty(), by=publisher)
    with pytest.raises(Refused, match="skipped to save tokens"):
        await publisher.announce(scene.pull("b2"), TASK)

    refuse(scene, "put_comment", "put_review")
    await publisher.announce(scene.pull("b2"), TASK)


async def test_findings_that_no_line_shows_are_not_lost_with_comment_and_check(scene: Scene) -> None:
    refuse(scene, "put_comment", "put_check")
    with pytest.raises(Refused, match="GitHub refused every part of it"):
        await scene.review("a1", LOOP, empty(), nit())


async def test_a_part_that_is_shown_nowhere_is_kept_in_the_error(scene: Scene) -> None:
    refuse(scene, "add_comment", "put_review")
    with pytest.raises(Refused, match=r"Findings: cart\.py:2 major: Fails on an empty list"):
        await scene.review("a1", LOOP, empty(), partial_review=77)


async def test_without_line_comments_their_findings_are_in_the_summary(scene: Scene) -> None:
    refuse(scene, "put_review")
    await scene.review("a1", LOOP, empty())

    note = (
        "> Could not post inline comments: GitHub refused the request (403: Resource not accessible by "
        "integration). Grant the App more. Their findings are listed here instead."
    )
    assert note in scene.summary
    assert note in scene.github.checks[sha("a1")].summary
    assert BODY in scene.summary


async def test_without_a_comment_the_check_has_the_whole_review(scene: Scene) -> None:
    refuse(scene, "put_comment")
    await scene.review("a1", LOOP, empty(), nit())

    check = scene.github.checks[sha("a1")]
    assert "Could not write the summary comment: GitHub refused the request (403" in check.summary
    assert check.text.startswith("## Review of ")
    assert "A name would help." in check.text


async def test_a_comment_that_a_person_deleted_is_no_shut_channel(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.comments.clear()
    report = await scene.review("b2", LOOP, empty(), nit())

    assert not report.shut
    assert "A name would help." in scene.github.checks[sha("b2")].text


async def test_without_a_check_the_comment_says_so(scene: Scene) -> None:
    await scene.publisher.announce(scene.pull("a1"), TASK)
    refuse(scene, "put_check")
    await scene.review("a1", LOOP, empty())

    assert "Could not create or complete the check run: GitHub refused the request (403" in scene.summary
    assert list(scene.config_source.heads) == [sha("a1")]


async def test_a_check_that_could_not_be_ended_is_ended_with_the_next_review(scene: Scene) -> None:
    await scene.publisher.announce(scene.pull("a1"), TASK)
    refuse(scene, "put_check")
    await scene.review("a1", LOOP, empty())
    refuse(scene)
    await scene.review("b2", LOOP, empty())
    await scene.publisher.settle_others(scene.pull("b2"))

    assert scene.github.checks[sha("a1")].conclusion is Conclusion.CANCELLED
    assert not scene.config_source.heads


async def test_a_check_that_was_never_begun_is_not_begun_to_be_ended(scene: Scene) -> None:
    refuse(scene, "put_check")
    await scene.publisher.announce(scene.pull("a1"), TASK)
    refuse(scene)
    await scene.publisher.settle_others(scene.pull("b2"))

    assert not scene.github.checks


@pytest.mark.parametrize(
    ("call", "note"),
    [
        ("label", "Could not set labels: GitHub refused the request"),
        ("threads", "Could not read earlier inline comments: GitHub refused the request"),
        ("put_review", "Could not post inline comments"),
        ("reply", "Could not reply in review threads: GitHub refused the request"),
        ("unblock", "Could not request changes or withdraw the request: GitHub refused the request"),
    ],
)
async def test_what_only_adorns_a_review_never_costs_it(scene: Scene, call: str, note: str) -> None:
    critical = empty(severity=Severity.CRITICAL)
    if call in ("reply", "unblock"):
        await scene.review("a1", LOOP, critical, config=BLOCKING)
        refuse(scene, call)
        await scene.review("b2", FIXED, config=BLOCKING)
    else:
        refuse(scene, call)
        await scene.review("a1", LOOP, critical, config=BLOCKING)

    assert note in scene.summary
    assert scene.github.checks[sha("b2" if call in ("reply", "unblock") else "a1")].conclusion


async def test_where_threads_cannot_be_read_nothing_is_said_twice(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    refuse(scene, "threads")
    scene.config_source.remarks.clear()
    await scene.review("b2", LOOP, empty())

    assert len(scene.github.threads_) == 1
    assert BODY in scene.summary


async def test_what_could_not_be_read_of_the_change_is_told(scene: Scene) -> None:
    shut = DisabledChannel(channel=Channel.COMMITS, reason="409: Git Repository is empty.")
    await scene.review("a1", LOOP, empty(), shut=(shut,))

    assert (
        "Could not read the commits: GitHub refused the request (409: Git Repository is empty)."
        in scene.summary
    )


@pytest.mark.parametrize("call", ["put_comment", "put_check", "put_review", "label", "threads"])
async def test_what_may_pass_is_waited_for_when_all_else_is_told(scene: Scene, call: str) -> None:
    refuse(scene, call, error=AWAY)
    with pytest.raises(Retry, match="GitHub server error"):
        await scene.review("a1", LOOP, empty(severity=Severity.CRITICAL), config=BLOCKING, patient=True)
    if call != "put_comment":
        assert "Fails on an empty list" in scene.summary
    if call != "put_check":
        assert scene.github.checks[sha("a1")].conclusion

    refuse(scene)
    report = await scene.review("a1", LOOP, empty(severity=Severity.CRITICAL), config=BLOCKING, patient=True)
    assert not report.shut
    assert len(scene.github.threads_) == 1
    assert [blocks for _, blocks in scene.github.reviews] == [True]


@pytest.mark.parametrize("call", ["put_comment", "put_check", "put_review", "label", "threads"])
async def test_what_does_not_pass_is_shut_at_the_last_try(scene: Scene, call: str) -> None:
    refuse(scene, call, error=AWAY)
    report = await scene.review("a1", LOOP, empty(severity=Severity.CRITICAL), config=BLOCKING)

    assert [one.refused for one in report.shut] == [False]
    assert "GitHub server error: POST /x returned 500" in seen(scene).replace("`", "")


async def test_a_rate_limit_is_waited_for_at_the_last_try_as_well(scene: Scene) -> None:
    refuse(scene, "label", error=LIMITED)
    with pytest.raises(Retry):
        await scene.review("a1", LOOP, empty(severity=Severity.CRITICAL), config=BLOCKING)


@pytest.mark.parametrize("error", [FORBIDDEN, AWAY])
@pytest.mark.parametrize("call", ["put_comment", "put_check", "find_comment"])
async def test_a_review_begins_although_that_cannot_be_said(
    scene: Scene, call: str, error: Exception
) -> None:
    refuse(scene, call, error=error)
    await scene.publisher.announce(scene.pull("a1"), TASK)

    assert bool(scene.github.comments) == (call == "put_check")
    assert bool(scene.github.checks) == (call != "put_check")


async def test_at_a_rate_limit_a_review_does_not_begin(scene: Scene) -> None:
    refuse(scene, "put_comment", error=LIMITED)
    with pytest.raises(Retry):
        await scene.publisher.announce(scene.pull("a1"), TASK)


@pytest.mark.parametrize("error", [FORBIDDEN, AWAY])
@pytest.mark.parametrize("call", ["put_comment", "put_check", "find_comment"])
@pytest.mark.parametrize("end", ["fail", "withdraw", "skip", "supersede"])
async def test_what_a_crash_has_left_is_ended_on_the_channel_that_is_open(
    scene: Scene, end: str, call: str, error: Exception
) -> None:
    await scene.publisher.announce(scene.pull("a1"), TASK)
    refuse(scene, call, error=error)
    ending = getattr(scene.publisher, end)(scene.pull("a1"), "for a reason")
    if error is AWAY:
        with pytest.raises(Retry):
            await ending
    else:
        await ending

    check = scene.github.checks[sha("a1")]
    assert (check.conclusion is None) == (call == "put_check")
    reads_only = call == "find_comment" and error is AWAY
    assert ("Reviewing" in scene.summary) == (call == "put_comment" or reads_only)
    if error is FORBIDDEN and call != "find_comment":
        assert "Could not " in (scene.summary if call == "put_check" else check.summary)


async def test_what_could_not_be_ended_is_ended_at_the_next_try(scene: Scene) -> None:
    await scene.publisher.announce(scene.pull("a1"), TASK)
    refuse(scene, "put_comment", error=AWAY)
    with pytest.raises(Retry):
        await scene.publisher.fail(scene.pull("a1"), "it broke")
    refuse(scene)
    await scene.publisher.fail(scene.pull("a1"), "it broke")

    assert " failed:** it broke." in scene.summary
    assert not scene.config_source.heads


@pytest.mark.parametrize("call", ["put_comment", "put_check"])
async def test_that_a_review_waits_is_said_as_far_as_it_can_be(scene: Scene, call: str) -> None:
    await scene.publisher.announce(scene.pull("a1"), TASK)
    refuse(scene, call, error=AWAY)
    await scene.publisher.wait(scene.pull("a1"), "a limit", now())

    assert ("postponed**" in scene.summary) == (call == "put_check")
    assert scene.github.checks[sha("a1")].title.startswith("Waiting") == (call == "put_comment")


async def test_another_review_of_a_head_leaves_its_check_alone_until_it_is_there(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    before = scene.summary, scene.github.checks[sha("a1")]
    await scene.publisher.announce(scene.pull("a1"), TASK, again=True)
    assert "**Reviewing" in scene.summary
    assert (scene.github.checks[sha("a1")], scene.config_source.heads) == (before[1], {})

    await scene.publisher.restore(scene.pull("a1"), "it broke")
    assert (scene.summary, scene.github.checks[sha("a1")]) == before


async def test_a_banner_over_nothing_says_what_became_of_the_review(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.comments.clear()
    command = Task(pull=REF, cause=Cause.COMMAND, comment=7, command="review")
    await scene.publisher.announce(scene.pull("a1"), command, again=True)
    await scene.publisher.restore(scene.pull("a1"), "it broke")

    assert " failed:** it broke." in scene.summary


async def test_a_channel_keeps_the_first_reason() -> None:
    channels = Channels(REF, patient=False)

    async def fail(words: str) -> None:
        raise Refused(words)

    for words in ("one", "two"):
        await channels.attempt(Channel.THREADS, fail(words), None)
    assert [one.reason for one in channels.shut] == ["one"]
    channels.wait()


async def test_a_check_that_only_says_why_nothing_is_reviewed_is_done_without_in_the_end(
    scene: Scene,
) -> None:
    refuse(scene, "put_check", error=AWAY)

    with pytest.raises(Retry):
        await scene.publisher.skip(scene.pull("a1"), "the checks of others are not over")
    await scene.publisher.skip(scene.pull("a1"), "the checks of others are not over", patient=False)

    assert not scene.github.comments
