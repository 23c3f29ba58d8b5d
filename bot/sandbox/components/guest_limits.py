"""The limits of one call into a guest."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.change import Change
from bot.core.llm.messages import Completion, Excerpt, Exchange

MiB = 1 << 20


@dataclass(frozen=True)
class GuestLimits:
    """Limits on computing `seconds`, bytes of `memory`, and `values` (fields, items) of the result.

    wasmtime also limits the data that a call copies to the host, to 128 MiB.
    """

    seconds: float = 2.0
    memory: int = 64 * MiB
    values: int = 1_000_000


# Generous for a change with a megabyte of text and a guest in a slow language.
_SECONDS_PER_MIB = 4.0
_MEMORY_PER_BYTE = 16
_MOST_MEMORY = 2048 * MiB
_PER_FILE = 1024


def of_review(change: Change, answers: Iterable[Exchange]) -> GuestLimits:
    """Limits for a review: two seconds and 64 MiB, and more for a large change."""
    size = _size(change) + sum(
        len(exchange.answer.text) for exchange in answers if isinstance(exchange.answer, Completion | Excerpt)
    )
    return _for_size(size)


def of_text(*texts: str) -> GuestLimits:
    """Limits for a codec that reads `texts`."""
    size = sum(len(text) for text in texts)
    return _for_size(size)


def _for_size(size: int) -> GuestLimits:
    return GuestLimits(
        seconds=2.0 + size / MiB * _SECONDS_PER_MIB,
        memory=min(64 * MiB + size * _MEMORY_PER_BYTE, _MOST_MEMORY),
    )


def _size(change: Change) -> int:
    files = sum(_PER_FILE + len(file.patch or "") for file in change.files)
    commits = sum(_PER_FILE + len(commit.message) + sum(map(len, commit.paths)) for commit in change.commits)
    return files + commits + len(change.body)
