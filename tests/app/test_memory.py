"""Freed memory is returned to the system."""

import asyncio
import ctypes
import mmap
from pathlib import Path
from typing import Any

import pytest

from bot.app import memory
from bot.app.memory import fix_limits, return_freed_memory
from bot.core.events import IgnoredEvent
from bot.github.webhooks import Triggers, read_event
from tests.bench.memory import large_body


def resident() -> int:
    """Bytes, as Linux counts them."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * mmap.PAGESIZE


async def test_it_is_done_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "EVERY", 0.0)
    enough = asyncio.Event()
    loop = asyncio.get_running_loop()
    times: list[int] = []

    def trim() -> None:
        times.append(1)
        if len(times) == 3:
            loop.call_soon_threadsafe(enough.set)

    giving = asyncio.create_task(return_freed_memory(trim))
    await enough.wait()
    giving.cancel()

    assert len(times) >= 3


async def test_another_c_library_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    class Other:
        """Has no function of glibc."""

        def __init__(self, _: Any) -> None: ...

    monkeypatch.setattr(ctypes, "CDLL", Other)

    assert fix_limits() is None
    await return_freed_memory(None)


async def test_what_a_large_delivery_took_is_given_back() -> None:
    """Half a million small records, parsed in a thread like the dispatcher's, need a hundred megabytes."""
    body = large_body(10_000_000, 1, "records")
    trim = fix_limits()
    assert trim
    trim()
    before = resident()

    for _ in range(2):
        event = await asyncio.to_thread(read_event, "pull_request", body, Triggers())
        assert isinstance(event, IgnoredEvent)
    trim()

    assert resident() - before < 20_000_000
