"""A process that uses the store as hard as it can and says what it was promised; made to be killed.

Each line of its output names something that the store has acknowledged: `received`, `submitted`,
`journaled` and `finished`, with what it is about. A lane that two run at once is a `collision`.
"""

import asyncio
import fcntl
import os
import sys
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from bot.core.change import PullRef
from bot.core.jobs import Cause, Delivery, Job, JobState, Task
from bot.core.llm.messages import Completion, Finish, Usage
from bot.engine import Store, connect

LEASE = timedelta(minutes=5)  # far beyond this process's life: only the parent frees its jobs
LANES = 12


def say(word: str, about: object) -> None:
    os.write(1, f"{word} {about}\n".encode())


async def receive(store: Store, name: str) -> None:
    for number in count():
        delivery = Delivery(id=f"{name}-{number}", event="push", body="{}", received=datetime.now(UTC))
        await store.inbox.receive(delivery)
        say("received", delivery.id)


async def submit(store: Store, name: str) -> None:
    for number in count():
        pull = PullRef(repository="o/r", number=number % LANES + 1)
        if number % 3:
            task = Task(pull=pull, cause=Cause.PUSHED, head=f"{name}-{number}")
        else:
            task = Task(pull=pull, cause=Cause.COMMAND, comment=int(f"{os.getpid()}{number:06}"))
        assert await store.jobs.submit(task, delivery=name)
        say("submitted", task.key)
        await asyncio.sleep(0.002)


async def work(store: Store, name: str, locks: Path) -> None:
    while True:
        job = await store.jobs.claim(name, LEASE)
        if job is None:
            await store.jobs.wait(0.01)
            continue
        with (locks / str(job.task.pull.number)).open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("collision", job.task.lane)
            await review(store, job)
        # From here on, the lane is free as soon as the database knows.
        assert await store.jobs.finish(job, name, JobState.DONE)
        say("finished", job.task.key)


async def review(store: Store, job: Job) -> None:
    answer = Completion(text=job.task.key, finish=Finish.STOP, usage=Usage(prompt=1, answer=1), model="m")
    await store.journal.put(job.task.key, answer, job.task.pull)
    say("journaled", job.task.key)


async def main(url: str, name: str, locks: Path) -> None:
    store = await connect(url)
    async with asyncio.TaskGroup() as group:
        group.create_task(receive(store, f"{name}a"))
        group.create_task(receive(store, f"{name}b"))
        group.create_task(submit(store, name))
        for slot in range(3):
            group.create_task(work(store, f"{name}-{slot}", locks))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3])))
