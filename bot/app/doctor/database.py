"""The database: whether it can be opened and written where the settings want it."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.app.doctor.result import DoctorResult, ok, problem
from bot.app.doctor.shared_parts import DoctorParts
from bot.engine import connect, database_file, reach_server

NAME = "database"


async def check_database(parts: DoctorParts) -> list[DoctorResult]:
    """One that is not there is not made, for it would belong to whoever runs this check: another is
    made beside it, and removed.
    """
    url = parts.settings.database
    file = database_file(url)
    if file is None:
        return [ok(NAME, f"{await asyncio.to_thread(reach_server, url)} lets us in")]
    if file.exists():
        await _try(url)
        return [ok(NAME, f"{file} can be opened and written")]
    directory = _nearest(file.parent)
    try:
        with TemporaryDirectory(dir=directory, prefix=".review-bot-") as trial:
            await _try(f"sqlite:///{trial}/trial.db")
    except OSError as error:
        return [problem(NAME, f"DATABASE_URL: {file} cannot be made: {directory}: {error.strerror}")]
    return [ok(NAME, f"{file} is not there yet and can be made; `serve` will do so")]


async def _try(url: str) -> None:
    async with await connect(url) as store:
        await store.check()


def _nearest(directory: Path) -> Path:
    """The directory, or what is there of its parents."""
    while not directory.exists():
        directory = directory.parent
    return directory
