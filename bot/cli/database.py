"""Opens the server's database for commands of the operator."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from bot.core.errors import Refused

if TYPE_CHECKING:
    from bot.engine import Store


@asynccontextmanager
async def opened_store() -> AsyncIterator["Store"]:
    """The server's database. A missing one is not created: it would be the wrong one. Raises `Refused`."""
    from bot.engine import connect, database_file  # noqa: PLC0415 - takes a quarter of a second
    from bot.settings import load  # noqa: PLC0415 - `--help` must not wait for it

    url = load().database
    file = database_file(url)
    if file is not None and not file.exists():
        raise Refused(f"DATABASE_URL: {file} does not exist; set the same value as for `review-bot serve`")
    async with await connect(url) as store:
        yield store
