"""python -m runner"""

import asyncio
import os
import socket

import asyncpg

from runner import settings
from runner.handlers import HANDLERS
from runner.queue import Queue
from runner.worker import Worker


async def main() -> None:
    idle = settings.duration("idle", "2s") / 1000
    async with asyncpg.create_pool(settings.text("database", "postgresql:///jobs")) as pool:
        worker = Worker(Queue(pool), HANDLERS, owner=f"{socket.gethostname()}-{os.getpid()}")
        while True:
            if not await worker.step():
                await asyncio.sleep(idle)


if __name__ == "__main__":
    asyncio.run(main())
