"""Counts of tokens that have been made before: a fold asks for the same ones in every round."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

KEPT = 50_000  # counts; about 10 MB


class Memo:
    """The latest counts by counter and text, for all reviews. May be used from any thread."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._lock = threading.Lock()
        self._counts: OrderedDict[bytes, int] = OrderedDict()

    def count(self, counter: str, text: str, count: Callable[[str], int]) -> int:
        """`count(text)`, made once for the counter of that name."""
        key = hashlib.blake2b(text.encode("utf-8", "replace"), key=_short(counter), digest_size=16).digest()
        with self._lock:
            known = self._counts.get(key)
            if known is not None:
                self._counts.move_to_end(key)
                return known
        counted = count(text)
        with self._lock:
            self._counts[key] = counted
            if len(self._counts) > self._kept:
                self._counts.popitem(last=False)
        return counted


def _short(counter: str) -> bytes:
    """A key of hashlib's may have 64 bytes."""
    return hashlib.blake2b(counter.encode("utf-8", "replace"), digest_size=32).digest()
