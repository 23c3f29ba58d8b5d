"""Checks that the database can be opened and written."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app.doctor.result import DoctorResult, ok, problem, warning
from bot.app.doctor.shared_parts import DoctorParts
from bot.engine import CONNECTIONS_OF_PROCESS, connect, database_file, reach_server

NAME = "database"
SKEW = 5.0  # seconds


async def check_database(parts: DoctorParts) -> list[DoctorResult]:
    """A missing file is not created, because it would belong to the user who runs the check. A temporary
    database next to it is created and removed instead.
    """
    url = parts.settings.database
    file = database_file(url)
    if file is None:
        direct = parts.settings.database_direct_url
        return [result async for result in _about_server(url, direct)]
    if file.exists():
        await _try(url)
        return [ok(NAME, f"{file} can be opened and written")]
    directory = _nearest(file.parent)
    try:
        with TemporaryDirectory(dir=directory, prefix=".review-bot-") as trial:
            await _try(f"sqlite:///{trial}/trial.db")
    except OSError as error:
        return [problem(NAME, f"DATABASE_URL: cannot create {file}: {directory}: {error.strerror}")]
    return [ok(NAME, f"{file} does not exist yet and can be created; `serve` will create it")]


async def _about_server(url: str, direct: str | None) -> AsyncIterator[DoctorResult]:
    server, address = await asyncio.to_thread(reach_server, url)
    through = " through a pooler" if server.is_pooled else ""
    yield ok(
        NAME,
        f"connected to PostgreSQL {server.version}, {address}{through}; each process uses up to "
        f"{CONNECTIONS_OF_PROCESS} of its {server.most_connections} connections",
    )
    if not server.synchronous:
        yield ok(
            NAME,
            "without a synchronous standby, a failover can lose what was acknowledged last (see "
            "docs/operating.md, PostgreSQL)",
        )
    if server.is_pooled and not direct:
        yield warning(
            NAME,
            "behind the pooler, new work is found by polling, up to a second late: set DATABASE_DIRECT_URL "
            "to the server's own address",
        )
    if direct and (await asyncio.to_thread(reach_server, direct, "DATABASE_DIRECT_URL"))[0].is_pooled:
        yield warning(NAME, "DATABASE_DIRECT_URL leads to a pooler: set it to the server's own address")
    if abs(server.ahead) > SKEW:
        side = "ahead of" if server.ahead > 0 else "behind"
        yield warning(
            NAME,
            f"this machine's clock is {abs(server.ahead):.0f} s {side} the database server's; jobs go by the "
            "server's, but GitHub refuses App tokens of a wrong clock: synchronise it (NTP)",
        )


async def _try(url: str) -> None:
    async with await connect(url) as store:
        await store.check()


def _nearest(directory: Path) -> Path:
    """The directory, or its nearest existing parent."""
    while not directory.exists():
        directory = directory.parent
    return directory
