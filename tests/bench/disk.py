"""Measures the time of a small append with fsync."""

import os
import statistics
import time
from pathlib import Path

TIMES = 100
PIECE = b"\0" * 4096


def fsync_ms(directory: Path) -> float:
    """The median time of 4 kB appends with fsync, in milliseconds."""
    path = directory / "fsync"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    try:
        return statistics.median(_append_ms(descriptor) for _ in range(TIMES))
    finally:
        os.close(descriptor)
        path.unlink()


def _append_ms(descriptor: int) -> float:
    began = time.perf_counter()
    os.write(descriptor, PIECE)
    os.fsync(descriptor)
    return (time.perf_counter() - began) * 1000
