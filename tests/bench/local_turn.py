"""One turn of one side: concurrent questions, and their cost."""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.bench.gauge import cpu
from tests.bench.local_sides import Counts, Side

LETTERS = "fgkpqzwxy"  # no two of them form one token
AROUND = 53  # tokens of the template and the system message


@dataclass(frozen=True)
class Turn:
    """`first` is the time of an answer of one token, `seconds` that of all answers, `cpu` the side's CPU
    seconds; memory is that of the model's process and of the asking one, in megabytes.
    """

    first: float
    seconds: float
    counts: Counts
    cpu: float
    memory: float
    parent: float


def question(number: int, tokens: int) -> str:
    """A text with a unique start, so that no prompt cache applies; `tokens` is the approximate length of the
    whole prompt.
    """
    begin = f"{number:06}"
    rest = range(tokens - len(begin) - AROUND)
    return begin + "".join(LETTERS[(number + at) % len(LETTERS)] for at in rest)


async def take_turn(side: Side, lanes: Sequence[Sequence[str]], answer: int) -> Turn:
    """Requests one token; then the questions of each lane one by one, with all lanes in parallel."""
    begun = perf_counter()
    await side.ask(lanes[0][0][::-1], 1)
    first = perf_counter() - begun
    used, begun = _cpu(side), perf_counter()
    counts = await asyncio.gather(*(_ask(side, texts, answer) for texts in lanes))
    seconds = perf_counter() - begun
    used = _cpu(side) - used
    parent = _resident(os.getpid()) if side.asks else 0.0
    return Turn(first, seconds, sum(counts, Counts(0, 0)), used, _resident(side.process), parent)


async def _ask(side: Side, texts: Sequence[str], answer: int) -> Counts:
    return sum([await side.ask(text, answer) for text in texts], Counts(0, 0))


def _cpu(side: Side) -> float:
    """CPU seconds of the model's process and, if it is part of the side, of the asking one."""
    times = os.times()
    return cpu(side.process) + (times.user + times.system if side.asks else 0.0)


def _resident(pid: int) -> float:
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) * 1024 / 1e6
