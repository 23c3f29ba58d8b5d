"""kill -9 at any time: acknowledged work is stored, and no lane runs two jobs at once."""

import asyncio
import random
import sys
from collections import defaultdict
from pathlib import Path

from bot.core.jobs import JobState
from bot.engine import connect

HAMMER = Path(__file__).with_name("hammer.py")
Promises = dict[str, set[str]]


async def hammer(url: str, name: str, locks: Path, lines: int) -> bytes:
    """Runs the hammer for that many lines of output, then kills it; returns its output."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, HAMMER, url, name, locks, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    said = b"".join([await process.stdout.readline() for _ in range(lines)])
    process.kill()
    said += await process.stdout.read()
    assert await process.wait() == -9
    return said


def heard(said: bytes) -> Promises:
    promises: Promises = defaultdict(set)
    for line in said.decode().splitlines():
        word, _, about = line.partition(" ")
        promises[word].add(about)
    return promises


async def test_a_kill_at_any_moment_loses_nothing_that_was_promised(url: str, tmp_path: Path) -> None:
    """Two processes share the database; both are killed, twice."""
    chance = random.Random(3)
    said = b""
    for turn in range(2):
        names = (f"p{turn}x", f"p{turn}y")
        said += b"".join(
            await asyncio.gather(*(hammer(url, name, tmp_path, chance.randint(50, 400)) for name in names))
        )
        async with await connect(url) as store:
            await store.jobs.free(lambda _: True)

    promises = heard(said)
    async with await connect(url) as store:
        jobs = {job.task.key: job for job in await store.jobs.list(limit=100_000)}
        deliveries = {delivery.id for delivery in await store.inbox.unread(100_000)}
        answers = {key: await store.journal.get(key) for key in promises["journaled"]}

    assert not promises["collision"]
    assert promises["received"] <= deliveries
    assert promises["submitted"] <= set(jobs)
    assert all(answers.values())
    assert {jobs[key].state for key in promises["finished"]} == {JobState.DONE}
    assert JobState.RUNNING not in {job.state for job in jobs.values()}
    assert min(map(len, (promises["received"], promises["submitted"], promises["finished"]))) > 10
