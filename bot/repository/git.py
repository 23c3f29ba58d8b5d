"""Runs git on a repository that is not trusted: no program that it names is started, nothing is fetched."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from bot.core.errors import Refused
from bot.repository.limits import MiB

DURATION = 60.0  # seconds
PROGRAM = "git"

_OPTIONS = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",  # a path is no pattern, and no ":(magic)"
    "-c",
    "core.fsmonitor=false",  # it may name a program of the repository
    "-c",
    "core.hooksPath=/dev/null",
)
_SETTINGS = {
    "GIT_ALLOW_PROTOCOL": "none",  # a partial clone would fetch what it lacks, through programs that it names
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
}
_PIECE = 64 * 1024  # bytes
_MOST_REASON = 300  # characters


class GitCommand(NamedTuple):
    """`words` follow "git". `purpose` completes "git cannot …". More than `most` bytes are refused."""

    words: tuple[str, ...]
    purpose: str
    most: int
    seconds: float = DURATION


async def git_output(top: Path, command: GitCommand) -> bytes:
    """What git prints in the folder `top`. Raises `Refused` if it fails, or exceeds its limits."""
    try:
        async with asyncio.timeout(command.seconds):
            return await _run(top, command)
    except TimeoutError:
        raise Refused(f"git took more than {command.seconds:.0f} s to {command.purpose}") from None


async def _run(top: Path, command: GitCommand) -> bytes:
    process = await _start(top, command)
    try:
        output, errors = await asyncio.gather(
            _read(process.stdout, command.most, command.purpose),
            _read(process.stderr, MiB, command.purpose),
        )
        status = await process.wait()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if status:
        text = errors.decode(errors="replace").strip().removeprefix("fatal: ")
        raise Refused(f"git cannot {command.purpose}: {text[:_MOST_REASON]}")
    return output


async def _start(top: Path, command: GitCommand) -> asyncio.subprocess.Process:
    pipe = asyncio.subprocess.PIPE
    try:
        return await asyncio.create_subprocess_exec(
            PROGRAM,
            *_OPTIONS,
            *command.words,
            cwd=top,
            env=_environment(os.environ),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=pipe,
            stderr=pipe,
        )
    except FileNotFoundError as error:
        reason = "it is not installed" if error.filename == PROGRAM else "there is no such folder"
        raise Refused(f"git cannot {command.purpose}: {reason}") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Refused(f"git cannot {command.purpose}: {reason}") from error


async def _read(stream: asyncio.StreamReader | None, most: int, purpose: str) -> bytes:
    """All that the process writes. Raises `Refused` beyond `most` bytes."""
    pieces, size = [], 0
    while stream and (piece := await stream.read(_PIECE)):
        size += len(piece)
        if size > most:
            raise Refused(f"git cannot {purpose}: it prints more than {most:,} bytes")
        pieces.append(piece)
    return b"".join(pieces)


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """The environment without git's variables: within a hook, they name another repository."""
    kept = {name: value for name, value in variables.items() if not name.startswith("GIT_")}
    return kept | _SETTINGS
