"""Counts API calls and notifies listeners, such as a test that acts on the n-th call."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """BEFORE: the call has had no effect yet. AFTER: it has, and the answer is not sent yet."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(slots=True)
class Call:
    """An API call.

    `template` is the path as in GitHub's OpenAPI description, or the path itself if that is unknown. `number`
    counts all calls, `count` those with the same key, both from 1. `status` is the answer's. `variant` is the
    name of a GraphQL operation, or "diff"; `account` owns the repositories that the call concerns.
    """

    method: str
    template: str
    path: str
    number: int
    count: int
    variant: str = ""
    account: str = ""
    status: int | None = None

    @property
    def key(self) -> str:
        return f"{self.method} {self.template}"


class Dropped(Exception):
    """Raised by a listener to close the connection without an answer."""


Listener = Callable[[Moment, Call], Awaitable[None]]


class Calls:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Awaits `listener` before and after every call; returns a function that removes it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def begin(self, method: str, template: str, path: str, variant: str = "", account: str = "") -> Call:
        key = f"{method} {template}"
        self.counts[key] += 1
        return Call(method, template, path, self.counts.total(), self.counts[key], variant, account)

    async def notify(self, moment: Moment, call: Call) -> None:
        for listener in tuple(self._listeners):
            await listener(moment, call)
