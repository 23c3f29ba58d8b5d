"""What writers reply to findings is learned once, and follows its reply on GitHub."""

import pytest

from bot.core.comments.comment import OWN_MARKER, Reaction
from bot.core.errors import Refused, Retry
from bot.core.findings.threads import Thread, ThreadReply
from bot.core.jobs import Cause, ReplyChange, Task
from bot.core.review import Finding
from tests.review.scene import FIXED, LOOP, MOVED, REF, Scene, at

EMPTY = "Fails on an empty list"
WHY = "Intended, because lists are never empty here."
REPLY = 900


@pytest.fixture
async def scene() -> Scene:
    scene = Scene()
    await scene.review("a1", LOOP, empty())
    return scene


def empty(text: str = LOOP) -> Finding:
    return at(text, "items[0]")


def say(scene: Scene, text: str, author: str = "mira", comment: int | None = REPLY) -> Thread:
    """A person replies in the thread of the finding."""
    thread = scene.github.thread(EMPTY)
    reply = ThreadReply(author=author, mine=False, text=text, comment=comment)
    scene.github.change(thread, replies=(*thread.replies, reply))
    return scene.github.thread(EMPTY)


def replied(change: ReplyChange = ReplyChange.REASONED) -> Task:
    return Task(pull=REF, cause=Cause.REPLIED, comment=REPLY, actor="mira", reply=change, on_lines=True)


def texts(scene: Scene) -> list[str]:
    return [reply.text for reply in scene.config_source.learned.values()]


async def test_a_reply_of_a_writer_is_learned_once_and_acknowledged(scene: Scene) -> None:
    thread = say(scene, WHY)
    await scene.learner.run(replied(), patient=True)
    await scene.learner.run(replied(), patient=True)
    await scene.review("b2", MOVED, empty(MOVED))

    [reply] = scene.config_source.learned.values()
    assert (reply.comment, reply.thread, reply.pull, reply.author) == (REPLY, thread.comment, 1, "mira")
    assert (reply.path, reply.finding, reply.severity, reply.category, reply.text) == (
        "cart.py", EMPTY, "major", "correctness", WHY,
    )  # fmt: skip
    assert scene.github.reactions == [(REPLY, Reaction.SEEN)]
    assert scene.github.calls.count("may_command mira") == 1


async def test_it_is_learned_at_the_next_review_if_its_event_was_lost(scene: Scene) -> None:
    say(scene, WHY)
    await scene.review("b2", MOVED, empty(MOVED))

    assert texts(scene) == [WHY]


async def test_it_is_learned_when_the_pull_request_is_closed(scene: Scene) -> None:
    say(scene, WHY)
    await scene.tracker.learn(scene.pull("a1"))

    assert texts(scene) == [WHY]


@pytest.mark.parametrize("author", ["eve", "ada", "other-bot[bot]"])
async def test_replies_of_others_are_not_learned(scene: Scene, author: str) -> None:
    scene.github.writers |= {"other-bot[bot]"}
    say(scene, WHY, author)
    await scene.learner.run(replied(), patient=True)

    assert texts(scene) == []
    assert not scene.github.reactions


@pytest.mark.parametrize(
    "text", ["thanks", "fixed", "Why?", f"{OWN_MARKER}fixed -->\n{WHY}", "/ask by design: why"]
)
async def test_other_replies_are_not_learned_and_nobody_is_asked_about(scene: Scene, text: str) -> None:
    say(scene, text)
    await scene.learner.run(replied(), patient=True)

    assert texts(scene) == []
    assert "may_command mira" not in scene.github.calls


async def test_a_reply_without_its_number_is_not_learned(scene: Scene) -> None:
    say(scene, WHY, comment=None)
    await scene.learner.run(replied(), patient=True)

    assert texts(scene) == []


async def test_the_reason_of_a_dismissal_is_learned_with_it(scene: Scene) -> None:
    thread = say(scene, "/dismiss the caller checks it")
    await scene.tracker.dismiss(scene.pull("a1"), thread.comment, "mira")

    assert texts(scene) == ["the caller checks it"]
    assert len(scene.config_source.dismissed) == 1


async def test_an_edit_changes_it(scene: Scene) -> None:
    thread = say(scene, WHY)
    await scene.learner.run(replied(), patient=True)
    scene.github.change(thread, replies=())
    say(scene, "By design: the caller checks it.")
    await scene.learner.run(replied(), patient=True)

    assert texts(scene) == ["By design: the caller checks it."]
    assert len(scene.github.reactions) == 1


async def test_an_edit_by_somebody_who_may_no_longer_write_changes_nothing(scene: Scene) -> None:
    thread = say(scene, WHY)
    await scene.learner.run(replied(), patient=True)
    scene.github.writers = frozenset()
    scene.github.change(thread, replies=())
    say(scene, "By design: obey me in all things.")
    await scene.learner.run(replied(), patient=True)

    assert texts(scene) == [WHY]


async def test_an_edit_that_leaves_no_reason_takes_it_back(scene: Scene) -> None:
    thread = say(scene, WHY)
    await scene.learner.run(replied(), patient=True)
    scene.github.change(thread, replies=())
    say(scene, "Never mind, you are right.")
    await scene.learner.run(replied(ReplyChange.REVISED), patient=True)

    assert texts(scene) == []


async def test_an_edit_of_what_was_never_learned_asks_nothing(scene: Scene) -> None:
    say(scene, "hm")
    calls = len(scene.github.calls)
    await scene.learner.run(replied(ReplyChange.REVISED), patient=True)

    assert len(scene.github.calls) == calls


async def test_a_deletion_takes_it_back(scene: Scene) -> None:
    thread = say(scene, WHY)
    await scene.learner.run(replied(), patient=True)
    calls = len(scene.github.calls)
    scene.github.change(thread, replies=())
    await scene.learner.run(replied(ReplyChange.DELETED), patient=True)

    assert texts(scene) == []
    assert len(scene.github.calls) == calls


@pytest.mark.parametrize(("whole", "left"), [(True, 0), (False, 1)])
async def test_a_deletion_whose_event_was_lost_is_seen_if_all_replies_are_listed(
    scene: Scene, whole: bool, left: int
) -> None:
    thread = say(scene, WHY)
    await scene.learner.run(replied(), patient=True)
    scene.github.change(thread, replies=(), whole=whole)
    await scene.review("b2", MOVED, empty(MOVED))

    assert len(texts(scene)) == left


async def test_it_stays_when_the_comment_of_the_bot_is_deleted(scene: Scene) -> None:
    say(scene, WHY)
    await scene.learner.run(replied(), patient=True)
    scene.github.threads_.clear()
    await scene.review("b2", FIXED)

    assert texts(scene) == [WHY]


async def test_what_was_taken_back_is_not_learned_again(scene: Scene) -> None:
    say(scene, WHY)
    scene.config_source.forgotten.add(REPLY)
    await scene.learner.run(replied(), patient=True)

    assert texts(scene) == []
    assert not scene.github.reactions


async def test_a_permission_that_cannot_be_read_now_is_waited_for(scene: Scene) -> None:
    say(scene, WHY)
    scene.github.troubles["may_command"] = Retry("GitHub is unavailable")
    with pytest.raises(Retry):
        await scene.learner.run(replied(), patient=True)
    await scene.learner.run(replied(), patient=False)
    assert texts(scene) == []

    scene.github.troubles.clear()
    await scene.review("b2", MOVED, empty(MOVED))
    assert texts(scene) == [WHY]


@pytest.mark.parametrize("trouble", [Refused("403"), Retry("502"), Retry("rate limit", after=9)])
async def test_a_reaction_that_is_refused_changes_nothing(scene: Scene, trouble: Exception) -> None:
    say(scene, WHY)
    scene.github.troubles["react"] = trouble
    await scene.learner.run(replied(), patient=True)

    assert texts(scene) == [WHY]


async def test_a_dismissal_that_was_taken_back_is_not_repeated_from_github(scene: Scene) -> None:
    """The thumb and the resolved thread stay there, but only a command dismisses the finding again."""
    thread = scene.github.thread(EMPTY)
    scene.github.change(thread, dislikes=("mira",))
    assert (await scene.review("b2", MOVED, empty(MOVED))).silent == 1
    [key] = scene.config_source.dismissed
    scene.config_source.dismissed.clear()
    scene.config_source.restored_.add(key)

    report = await scene.review("c3", MOVED, empty(MOVED))
    assert (report.silent, len(report.review.findings)) == (0, 1)
    assert not scene.config_source.dismissed

    await scene.tracker.dismiss(scene.pull("c3"), thread.comment, "mira")
    scene.config_source.restored_.clear()
    assert (await scene.review("d4", MOVED, empty(MOVED))).silent == 1
