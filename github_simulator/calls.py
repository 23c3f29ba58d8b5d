"""Calls of the API, counted and told to whoever listens: a test that wants to strike at the n-th one."""

from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum


class Moment(StrEnum):
    """BEFORE: nothing has happened yet. AFTER: the effect is there, the answer is not sent."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(slots=True)
class Call:
    """`template` is the path as GitHub's description spells it; of an unknown path, the path itself.

    `number` counts all calls, `count` those with the same key, both from 1. `status` is the answer's.
    `variant` is the name of a GraphQL operation, or "diff"; `account` whose repositories are asked about.
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
    """A listener raises it to end the connection without an answer."""


Listener = Callable[[Moment, Call], Awaitable[None]]


class Calls:
    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._listeners: list[Listener] = []

    def listen(self, listener: Listener) -> Callable[[], None]:
        """`listener` is awaited before and after every call; returns what ends that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def begin(self, method: str, template: str, path: str, variant: str = "", account: str = "") -> Call:
        key = f"{method} {template}"
        self.counts[key] += 1
        return Call(method, template, path, self.counts.total(), self.counts[key], variant, account)

    async def tell(self, moment: Moment, call: Call) -> None:
        for listener in tuple(self._listeners):
            await listener(moment, call)
