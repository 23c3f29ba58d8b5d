"""Checks that the database can be opened and written."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app.doctor.result import DoctorResult, ok, problem
from bot.app.doctor.shared_parts import DoctorParts
from bot.engine import connect, database_file, reach_server

NAME = "database"


async def check_database(parts: DoctorParts) -> list[DoctorResult]:
    """A missing file is not created, because it would belong to the user who runs the check. A temporary
    database next to it is created and removed instead.
    """
    url = parts.settings.database
    file = database_file(url)
    if file is None:
        return [ok(NAME, f"connected to {await asyncio.to_thread(reach_server, url)}")]
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


async def _try(url: str) -> None:
    async with await connect(url) as store:
        await store.check()


def _nearest(directory: Path) -> Path:
    """The directory, or its nearest existing parent."""
    while not directory.exists():
        directory = directory.parent
    return directory
