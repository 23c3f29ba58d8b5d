"""The published state is stored by pull request."""

from bot.core.change import PullRef
from bot.engine import Store
from tests.engine.conftest import HandClock

PULL = PullRef(repository="octo/spoon", number=7)
OTHER = PullRef(repository="octo/spoon", number=8)


async def test_the_summary_comment_is_remembered(store: Store) -> None:
    assert await store.published.comment_of(PULL) is None

    await store.published.remember_comment(PULL, 10)
    await store.published.remember_comment(PULL, 11, renewed=1)

    assert (11, 1) == await store.published.comment_of(PULL)
    assert await store.published.comment_of(OTHER) is None


async def test_a_remark_is_remembered_once(store: Store) -> None:
    await store.published.remember_remarks(PULL, ["a", "b"])
    await store.published.remember_remarks(PULL, ["b", "c"])
    await store.published.remember_remarks(OTHER, [])

    assert {"a", "b", "c"} == await store.published.remarked(PULL)
    assert frozenset() == await store.published.remarked(OTHER)


async def test_an_announced_head_is_open_until_it_is_settled(store: Store, clock: HandClock) -> None:
    for head in ("a1", "b2", "a1"):
        await store.published.announce(PULL, head)
        clock.pass_by(1)
    assert ["a1", "b2"] == await store.published.announced(PULL)

    await store.published.settle(PULL, "a1")
    await store.published.settle(PULL, "never")

    assert ["b2"] == await store.published.announced(PULL)
    assert [] == await store.published.announced(OTHER)
