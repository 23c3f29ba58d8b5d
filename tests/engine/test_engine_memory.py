"""Learnings and dismissals are listed by repository, and what people take back does not come back."""

from datetime import timedelta

from bot.core.findings.learnings import MOST_LEARNINGS, EntryKind, Forgotten, LearnedReply
from bot.core.findings.tracking import Dismissal
from bot.engine import RetentionLimits, Store
from tests.engine.conftest import HandClock

SPOON, FORK = "octo/spoon", "octo/fork"


def reply(comment: int, text: str = "by design: it is cached", *, pull: int = 7) -> LearnedReply:
    return LearnedReply(
        comment=comment, pull=pull, author="mira", path="a.py", finding="Reads twice", text=text
    )


def dismissal(fingerprint: str) -> Dismissal:
    return Dismissal(
        fingerprint=fingerprint, path="b.py", text="x", category="style", title="So", by="ben", how="reaction"
    )


async def test_a_reply_is_one_learning_and_its_latest_text_holds(store: Store) -> None:
    await store.memory.learn(SPOON, [reply(1), reply(2, pull=8)])
    await store.memory.learn(SPOON, [reply(1, "by design: it is hot"), reply(1, "by design: it is hot")])
    await store.memory.learn(SPOON, [])

    assert [reply(2, pull=8), reply(1, "by design: it is hot")] == await store.memory.learnings(SPOON)
    assert {1: reply(1, "by design: it is hot")} == await store.memory.of_pull(SPOON, 7)
    assert [] == await store.memory.learnings(FORK)
    assert await store.memory.is_known(SPOON, 2)
    assert not await store.memory.is_known(FORK, 2)


async def test_a_reply_that_is_gone_is_dropped_and_may_come_again(store: Store) -> None:
    await store.memory.learn(SPOON, [reply(1), reply(2)])
    await store.memory.drop(SPOON, [1, 99])
    await store.memory.drop(SPOON, [])
    await store.memory.drop(FORK, [2])

    assert [reply(2)] == await store.memory.learnings(SPOON)

    await store.memory.learn(SPOON, [reply(1)])
    assert [reply(1), reply(2)] == await store.memory.learnings(SPOON)


async def test_only_the_newest_are_considered(store: Store) -> None:
    await store.memory.learn(SPOON, [reply(number) for number in range(MOST_LEARNINGS + 5)])

    considered = await store.memory.learnings(SPOON)

    assert [MOST_LEARNINGS + 4, 5] == [considered[0].comment, considered[-1].comment]
    assert MOST_LEARNINGS + 5 == len(await store.memory.entries(SPOON))


async def test_learnings_and_dismissals_are_listed_the_newest_first(store: Store, clock: HandClock) -> None:
    await store.findings.dismiss(SPOON, [dismissal("f")])
    clock.pass_by(1)
    await store.memory.learn(SPOON, [reply(1)])
    clock.pass_by(1)
    await store.findings.dismiss(FORK, [dismissal("g")])

    learned, dismissed = await store.memory.entries(SPOON)

    assert (learned.id, learned.kind, learned.author, learned.path, learned.text) == (
        "1", EntryKind.LEARNING, "mira", "a.py", "by design: it is cached",
    )  # fmt: skip
    assert (dismissed.id, dismissed.kind, dismissed.author, dismissed.finding, dismissed.how) == (
        "d1", EntryKind.DISMISSAL, "ben", "So", "reaction",
    )  # fmt: skip
    assert ["d2", "1", "d1"] == [entry.id for entry in await store.memory.entries()]


async def test_what_is_taken_back_does_not_come_back(store: Store) -> None:
    await store.memory.learn(SPOON, [reply(1)])
    await store.findings.dismiss(SPOON, [dismissal("f"), dismissal("g")])

    first = await store.memory.forget(["1", "d1", "d99", "x", "9" * 30], SPOON)
    again = await store.memory.forget(["1", "d1"], SPOON)
    await store.memory.learn(SPOON, [reply(1)])

    assert first == Forgotten(forgotten=("1", "d1"), unknown=("d99", "x", "9" * 30))
    assert again == Forgotten(forgotten=("1", "d1"))
    assert [] == await store.memory.learnings(SPOON)
    assert ["d2"] == [entry.id for entry in await store.memory.entries(SPOON)]
    assert frozenset({"f"}) == await store.findings.restored(SPOON)
    assert frozenset() == await store.findings.restored(FORK)


async def test_one_repository_cannot_forget_for_another(store: Store) -> None:
    await store.memory.learn(SPOON, [reply(1)])

    assert Forgotten(unknown=("1",)) == await store.memory.forget(["1"], FORK)
    assert Forgotten(forgotten=("1",)) == await store.memory.forget(["1"])
    assert Forgotten(unknown=("1",)) == await store.memory.forget(["1"], FORK)


async def test_a_finding_can_be_dismissed_again(store: Store) -> None:
    await store.findings.dismiss(SPOON, [dismissal("f")])
    await store.memory.forget(["d1"], SPOON)
    await store.findings.dismiss(SPOON, [dismissal("f")])

    assert [dismissal("f")] == await store.findings.dismissals(SPOON)
    assert frozenset() == await store.findings.restored(SPOON)


async def test_what_people_decided_does_not_age(store: Store, clock: HandClock) -> None:
    await store.memory.learn(SPOON, [reply(1), reply(2)])
    await store.memory.forget(["2"], SPOON)
    clock.pass_by(timedelta(days=4000).total_seconds())

    await store.retention.prune(RetentionLimits())

    assert [reply(1)] == await store.memory.learnings(SPOON)
    assert Forgotten(forgotten=("2",)) == await store.memory.forget(["2"], SPOON)
