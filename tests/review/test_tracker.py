"""Dismissals count from people with write permission, for the whole repository."""

from collections.abc import Sequence

import pytest

from bot.core.change import PullRef
from bot.core.errors import Refused, Retry
from bot.core.findings.threads import Thread
from bot.core.findings.tracking import FindingStatus
from bot.core.review import Finding
from tests.review.fake_github import BOT
from tests.review.scene import FIXED, LOOP, MOVED, Scene, at

EMPTY = "Fails on an empty list"


@pytest.fixture
def scene() -> Scene:
    return Scene()


def empty(text: str = LOOP, **fields: object) -> Finding:
    return at(text, "items[0]", **fields)


async def test_a_thumb_down_of_a_writer_silences_it_here_and_elsewhere(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.change(scene.github.thread(EMPTY), dislikes=("mira",))
    report = await scene.review("b2", MOVED, empty(MOVED))

    assert (report.silent, report.review.findings, report.posted) == (1, (), ())
    assert "1 dismissed earlier" in scene.summary
    assert EMPTY not in scene.summary

    other = scene.other_pull()
    report = await other.review("c3", LOOP, empty(title="An empty list makes it fail"))

    assert report.silent == 1
    assert not other.github.threads_
    assert not next(iter(other.github.checks.values())).annotations


async def test_a_thumb_down_of_others_changes_nothing(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.change(scene.github.thread(EMPTY), dislikes=("eve", "ada"))
    report = await scene.review("b2", MOVED, empty(MOVED))

    assert (report.silent, len(report.posted)) == (0, 1)


async def test_another_finding_on_the_same_line_is_still_said(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.change(scene.github.thread(EMPTY), dislikes=("mira",))
    leak = at(LOOP, "items[0]", title="Leaks what was sold", category="security")
    report = await scene.review("b2", LOOP, empty(), leak)

    assert (report.silent, report.posted) == (1, (leak,))
    assert (await scene.other_pull().review("c3", LOOP, leak)).silent == 0


async def test_a_thread_that_a_writer_resolves_while_its_line_stands_is_dismissed(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.change(scene.github.thread(EMPTY), resolved=True, resolver="mira")
    report = await scene.review("b2", MOVED, empty(MOVED))

    assert report.silent == 1
    [dismissal] = scene.config_source.dismissed.values()
    assert (dismissal.by, dismissal.how, dismissal.title) == ("mira", "resolved", EMPTY)


async def test_an_outsider_who_resolves_the_threads_of_his_own_pull_silences_nothing(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.change(scene.github.thread(EMPTY), resolved=True, resolver="ada")
    report = await scene.review("b2", MOVED, empty(MOVED))

    assert (report.silent, len(report.review.findings)) == (0, 1)


async def test_what_the_bot_itself_resolved_is_not_dismissed(scene: Scene) -> None:
    scene.github.writers |= {BOT}
    await scene.review("a1", LOOP, empty())
    await scene.review("b2", FIXED)
    report = await scene.review("c3", LOOP, empty())

    assert report.silent == 0
    assert not scene.config_source.dismissed


async def test_a_thread_on_a_whole_file_can_be_dismissed_by_resolving_it(scene: Scene) -> None:
    far = empty(title="Never closed").model_copy(update={"line": 90, "end": 91})
    await scene.review("a1", LOOP, far)
    scene.github.change(scene.github.thread("Never closed"), resolved=True, resolver="mira")

    assert (await scene.review("b2", MOVED, far)).silent == 1


async def test_learning_asks_github_nothing_twice(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.change(scene.github.thread(EMPTY), dislikes=("mira",), resolved=True, resolver="mira")
    await scene.tracker.learn(scene.pull("a1"))
    scene.github.calls.clear()
    await scene.tracker.learn(scene.pull("a1"))

    assert scene.github.calls == ["threads"]
    assert [one.fate for one in scene.config_source.known.values()] == [FindingStatus.DISMISSED]
    assert len(scene.config_source.dismissed) == 1


async def test_a_command_dismisses_the_finding_of_its_thread(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    thread = scene.github.thread(EMPTY)

    for _ in range(2):
        assert await scene.tracker.dismiss(scene.pull("a1"), thread.comment, "mira") == EMPTY

    assert scene.github.thread(EMPTY).resolved
    assert [one.how for one in scene.config_source.dismissed.values()] == ["command"]
    assert (await scene.review("b2", MOVED, empty(MOVED))).silent == 1


async def test_a_command_in_a_thread_about_something_else_dismisses_nothing(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    thread = scene.github.thread(EMPTY)
    scene.github.change(thread, body="Just an answer.")

    assert await scene.tracker.dismiss(scene.pull("a1"), thread.comment, "mira") is None
    assert await scene.tracker.dismiss(scene.pull("a1"), 1, "mira") is None
    assert not scene.config_source.dismissed


async def test_a_thread_that_no_database_knows_can_be_dismissed(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.config_source.known.clear()
    scene.config_source.remarks.clear()

    title = await scene.tracker.dismiss(scene.pull("a1"), scene.github.thread(EMPTY).comment, "mira")

    assert title == EMPTY
    assert (await scene.review("b2", MOVED, empty(MOVED))).silent == 1


async def test_what_was_dismissed_elsewhere_is_open_here_no_more(scene: Scene) -> None:
    other = scene.other_pull()
    await other.review("c3", LOOP, empty())
    await scene.review("a1", LOOP, empty())
    await scene.tracker.dismiss(scene.pull("a1"), scene.github.thread(EMPTY).comment, "mira")
    other.config_source.dismissed = scene.config_source.dismissed
    report = await other.review("d4", MOVED)

    assert not report.lasting


async def test_where_threads_cannot_be_read_nothing_is_said_twice_and_nothing_is_answered(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Findings without a known inline comment are in the summary, with their text."""
    await scene.review("a1", LOOP, empty())
    before = dict(scene.github.threads_)

    async def refused(ref: PullRef) -> Sequence[Thread]:
        raise Refused(f"GitHub refused the threads of {ref}")

    monkeypatch.setattr(scene.github, "threads", refused)
    more = at(LOOP, "rest =", title="Copies the list")
    report = await scene.review("b2", LOOP, empty(), more)
    fixed = await scene.review("c3", FIXED)

    assert (scene.github.threads_, len(scene.github.reviews)) == (before, 1)
    assert (report.posted, {one.title for one in report.review.findings}) == ((), {EMPTY, "Copies the list"})
    assert {one.title for one in fixed.fixed} == {EMPTY, "Copies the list"}
    await scene.tracker.learn(scene.pull("c3"))


async def test_what_was_not_put_on_lines_meanwhile_is_put_there_when_threads_can_be_read(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refused(ref: PullRef) -> Sequence[Thread]:
        raise Refused(f"GitHub refused the threads of {ref}")

    with monkeypatch.context() as patch:
        patch.setattr(scene.github, "threads", refused)
        await scene.review("a1", LOOP, empty())
    assert not scene.github.threads_
    report = await scene.review("b2", MOVED, empty(MOVED))

    assert len(report.posted) == len(scene.github.threads_) == 1


@pytest.mark.parametrize("trouble", [Refused("it cannot be read"), Retry("GitHub is unavailable")])
async def test_who_is_not_known_to_be_a_writer_silences_nothing_and_costs_nothing(
    scene: Scene, trouble: Exception
) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.change(scene.github.thread(EMPTY), dislikes=("mira",))
    scene.github.troubles["may_command"] = trouble
    report = await scene.review("b2", MOVED, empty(MOVED))

    assert (report.silent, len(report.posted)) == (0, 1)


@pytest.mark.parametrize("trouble", [Refused("it cannot be read"), Retry("GitHub is unavailable")])
async def test_a_finding_is_dismissed_although_its_thread_stays_open(
    scene: Scene, trouble: Exception
) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.troubles["resolve"] = trouble

    assert await scene.tracker.dismiss(scene.pull("a1"), scene.github.thread(EMPTY).comment, "mira") == EMPTY
    assert len(scene.config_source.dismissed) == 1


async def test_what_was_dismissed_is_not_learnt_where_github_fails_for_good(scene: Scene) -> None:
    await scene.review("a1", LOOP, empty())
    scene.github.troubles["threads"] = Retry("GitHub is unavailable")

    with pytest.raises(Retry):
        await scene.tracker.learn(scene.pull("a1"), patient=True)
    await scene.tracker.learn(scene.pull("a1"), patient=False)

    assert not scene.config_source.dismissed
