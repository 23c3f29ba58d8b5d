"""Heads that wait for other checks are polled until they have a review."""

from typing import Any

from bot.core.change import PullRef
from bot.core.jobs import Cause
from bot.engine import Store
from bot.review.policy.pending_checks import ChecksPoller, PendingChecks

PULL = PullRef(repository="acme/shop", number=3)
OTHER = PullRef(repository="acme/shop", number=4)
HEAD = "a" * 40


class Queue:
    """Records every task."""

    def __init__(self) -> None:
        self.tasks: list[Any] = []

    async def submit(self, task: Any, **_: Any) -> Any:
        self.tasks.append(task)
        return task


async def test_those_that_wait_are_looked_at_and_the_others_left_alone(store: Store) -> None:
    pending_checks, queue = PendingChecks(store.key_values), Queue()
    await pending_checks.add(PULL, HEAD)
    await pending_checks.add(OTHER, HEAD)
    await pending_checks.forget(OTHER)
    await store.key_values.write("awaits_checks_of nobody", HEAD)

    looked = await ChecksPoller(pending_checks, queue).run()  # type: ignore[arg-type]  # of the jobs, only what is needed

    assert looked == 1
    assert [(task.pull, task.cause, task.head) for task in queue.tasks] == [(PULL, Cause.CHECKED, HEAD)]
    assert await pending_checks.has(PULL, HEAD)
    assert not await pending_checks.has(OTHER, HEAD)
