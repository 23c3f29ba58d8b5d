"""Answers requests on standard input, one JSON object a line, with one line each on standard output."""

import contextlib
import ctypes
import json
import os
import resource
import signal
import sys
from typing import Any

from bot.repository.child.requests import handle
from bot.repository.limits import MiB

MEMORY = 3072 * MiB
FILE = 4096 * MiB
PR_SET_PDEATHSIG = 1
NICE = 10  # reviews that wait for it wait for a model, too


def main() -> None:
    _die_with_parent()
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (FILE, FILE))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.umask(0o077)
    with contextlib.suppress(OSError):
        os.nice(NICE)
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints is no answer
    for line in sys.stdin.buffer:
        answers.write(f"{json.dumps(_answer(line))}\n")
        answers.flush()


def _die_with_parent() -> None:
    """Linux kills this process with the thread that started it; elsewhere it ends after its request."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _answer(line: bytes) -> dict[str, Any]:
    try:
        return handle(json.loads(line))
    except MemoryError:
        return {"error": "limit", "message": "the repository needs too much memory"}


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt, BrokenPipeError):
        main()
