"""Checks the cache of compiled modules and the vocabulary that tokens are counted with."""

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
    """Creates the directory if it is missing, as the sandbox does."""
    name, folder = "cache directory", parts.settings.cache_dir
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    error = _error(folder)
    if error:
        return [warning(name, f"CACHE_DIR {folder} {error}; until then, modules are compiled at every start")]
    return [ok(name, f"{folder} is private and writable")]


def _error(folder: Path) -> str | None:
    """Why the sandbox does not use `folder`, and what to do."""
    try:
        status = folder.lstat()
    except OSError as error:
        return f"cannot be used ({error.strerror}): set it to a directory that can be created"
    if not stat.S_ISDIR(status.st_mode):
        return "is not a directory: set it to a directory"
    if status.st_uid != os.geteuid():
        return "belongs to another user: change its owner, or set another directory"
    if status.st_mode & 0o077:
        return f"is accessible to other users, who could place code there: chmod 700 {folder}"
    if not os.access(folder, os.W_OK | os.X_OK):
        return f"is not writable: chmod 700 {folder}"
    return None


async def check_vocabulary(_parts: DoctorParts) -> list[DoctorResult]:
    """Reads the vocabulary, which verifies its hash, and counts a sample."""
    return [await _vocabulary()]


async def _vocabulary() -> DoctorResult:
    name = "vocabulary"
    try:
        tokens = len((await asyncio.to_thread(o200k)).encode_ordinary(SAMPLE))
    except (RuntimeError, OSError) as error:
        return problem(name, str(error))
    if tokens != SAMPLE_TOKENS:
        return problem(name, "o200k_base counts a sample text incorrectly: reinstall code-review-bot")
    return ok(name, "o200k_base is intact; tokens are counted offline")
