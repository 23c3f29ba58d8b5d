import asyncio

import pytest

from runner.heartbeat import Heartbeat, LeaseLost
from runner.queue import Job

JOB = Job(7, "mail", {})


class FakeQueue:
    """Answers as it is told, and then says that the lease is held."""

    def __init__(self, *answers: bool | Exception) -> None:
        self.answers = list(answers)
        self.asked = asyncio.Event()

    async def extend(self, job: Job, owner: str, lease: int) -> bool:
        assert (job, owner, lease) == (JOB, "me", 3)
        answer = self.answers.pop(0) if self.answers else True
        if not self.answers:
            self.asked.set()
        if isinstance(answer, Exception):
            raise answer
        return answer


def heartbeat(queue: FakeQueue) -> Heartbeat:
    return Heartbeat(queue, JOB, "me", 3)  # type: ignore[arg-type]


async def test_the_lease_is_extended_while_the_block_runs() -> None:
    queue = FakeQueue(True)

    async with heartbeat(queue):
        await queue.asked.wait()


async def test_a_failure_of_the_database_is_survived() -> None:
    queue = FakeQueue(OSError("gone"), True)

    async with heartbeat(queue):
        await queue.asked.wait()


async def test_the_block_is_cancelled_when_the_lease_is_lost() -> None:
    with pytest.raises(LeaseLost):
        async with heartbeat(FakeQueue(False)):
            await asyncio.sleep(60)

    await asyncio.sleep(0)  # the task itself is not cancelled


async def test_errors_of_the_block_pass() -> None:
    with pytest.raises(ValueError, match="mine"):
        async with heartbeat(FakeQueue()):
            raise ValueError("mine")
