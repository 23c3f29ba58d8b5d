"""Caches, records and replays the token counts that the review function requests.

The function requests the same counts in every round, so they are cached. A replay yields the same bytes only
with the same counts, so those of the last call are stored with the review.
"""

import hashlib
import threading
from base64 import b85encode
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import TypeVar

KEPT = 50_000  # counts; about 10 MB


N = TypeVar("N", int, int | None)


class CountCache:
    """An LRU cache of counts by counter and text. Thread-safe."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._counts: OrderedDict[bytes, int] = OrderedDict()

    def count(self, counter: str, text: str, count: Callable[[str], N]) -> N:
        """`count(text)`, cached for the counter of that name unless it is None."""
        key = hashlib.blake2b(_bytes(text), key=_short(counter), digest_size=16).digest()
        with self._lock:
            known = self._counts.get(key)
            if known is not None:
                self._counts.move_to_end(key)
                return known
        counted = count(text)
        if counted is not None:
            self._keep(key, counted)
        return counted

    def _keep(self, key: bytes, counted: int) -> None:
        with self._lock:
            self._counts[key] = counted
            if len(self._counts) > self._kept:
                self._counts.popitem(last=False)


class RecordingCounter:
    """Counts with `count`, and records the results in `counts`, by `count_key`."""

    def __init__(self, count: Callable[[str], int]) -> None:
        self._count = count
        self.counts: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        key = count_key(text)
        if key not in self.counts:
            self.counts[key] = self._count(text)
        return self.counts[key]


class ReplayCounter:
    """Replays recorded counts; counts any other text with `count`."""

    def __init__(self, counts: Mapping[str, int], count: Callable[[str], int]) -> None:
        self._counts = counts
        self._count = count

    def __call__(self, text: str) -> int:
        known = self._counts.get(count_key(text))
        return self._count(text) if known is None else known


def count_key(text: str) -> str:
    """A short key, because a review may have many."""
    return b85encode(hashlib.blake2b(_bytes(text), digest_size=8).digest()).decode("ascii")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")


def _short(counter: str) -> bytes:
    """A key for blake2b, which accepts at most 64 bytes."""
    return hashlib.blake2b(_bytes(counter), digest_size=32).digest()
