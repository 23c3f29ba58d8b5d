"""A process that serves the webhook until it is killed; prints its port."""

import asyncio
import sys

from bot.engine import connect
from tests.web.site import site


async def main(url: str) -> None:
    async with await connect(url) as store, site(store) as opened:
        print(opened.port, flush=True)  # noqa: T201 - the parent reads it
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
