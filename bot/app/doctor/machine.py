"""What this machine keeps for the bot: compiled modules, and the vocabulary that tokens are counted with."""

import asyncio
import os
import stat
from contextlib import suppress
from pathlib import Path

from bot.app.doctor.result import DoctorResult, ok, problem, warning
from bot.app.doctor.shared_parts import DoctorParts
from bot.models.vocabulary import o200k

SAMPLE = "Tokens are counted offline."
SAMPLE_TOKENS = 5  # of SAMPLE in o200k_base


async def check_cache(parts: DoctorParts) -> list[DoctorResult]:
    """Made where it is missing, as the sandbox does it."""
    name, folder = "cache directory", parts.settings.cache_dir
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    wrong = _wrong(folder)
    if wrong:
        return [warning(name, f"CACHE_DIR {folder} {wrong}; until then modules are compiled at every start")]
    return [ok(name, f"{folder} is private and keeps the compiled modules")]


def _wrong(folder: Path) -> str | None:
    """Why the sandbox keeps nothing in `folder`, and what to do."""
    try:
        status = folder.lstat()
    except OSError as error:
        return f"cannot be used ({error.strerror}): set it to a directory that can be made"
    if not stat.S_ISDIR(status.st_mode):
        return "is no directory: set it to one"
    if status.st_uid != os.geteuid():
        return "belongs to another user: make it this user's own, or set another"
    if status.st_mode & 0o077:
        return f"is open to others, who could put code there: chmod 700 {folder}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"cannot be written: chmod 700 {folder}"
    return None


async def check_vocabulary(_parts: DoctorParts) -> list[DoctorResult]:
    """Reads the ranks, which compares their hash."""
    return [await _vocabulary()]


async def _vocabulary() -> DoctorResult:
    name = "vocabulary"
    try:
        tokens = len((await asyncio.to_thread(o200k)).encode_ordinary(SAMPLE))
    except (RuntimeError, OSError) as error:
        return problem(name, str(error))
    if tokens != SAMPLE_TOKENS:
        return problem(name, "o200k_base does not count as it should; install the package anew")
    return ok(name, "o200k_base is whole; tokens are counted without a network")
