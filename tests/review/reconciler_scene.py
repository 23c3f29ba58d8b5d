"""A GitHub that lost some deliveries, and the bot's stored state, both in memory."""

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from bot.core.change import PullRef
from bot.core.errors import Retry
from bot.core.jobs import Task
from bot.core.missed_deliveries import DeliveryAttempt, OpenPull
from bot.github.webhooks import WebhookEvents
from bot.review.intake.reconciler import Reconciler

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class GitHub:
    """Delivery attempts and open pull requests.

    `troubles` are raised by the methods of that name. `deaf` deliveries never arrive.
    """

    def __init__(self) -> None:
        self.now = datetime.now(UTC) - 2 * DAY
        self.sent: list[DeliveryAttempt] = []
        self.asked: list[str] = []
        self.looks: list[datetime] = []
        self.deaf: set[str] = set()
        self.open: dict[int, dict[str, list[OpenPull]]] = {}
        self.looked_at: list[str] = []
        self.troubles: dict[object, Exception] = {}

    def deliver(
        self, guid: str, *, arrived: bool = False, event: str = "pull_request", action: str | None = None
    ) -> None:
        number = len(self.sent) + 1
        self.sent.append(
            DeliveryAttempt(id=number, guid=guid, event=event, action=action, sent=self.now, arrived=arrived)
        )

    def tries(self, guid: str) -> int:
        return sum(one.guid == guid for one in self.sent)

    async def delivery_attempts(self, since: datetime) -> AsyncIterator[DeliveryAttempt]:
        self.looks.append(since)
        for sending in reversed(self.sent):
            self._trouble(sending.id)
            if sending.sent >= since:
                yield sending

    async def redeliver(self, sending: int) -> None:
        guid = self.sent[sending - 1].guid
        assert sending == max(one.id for one in self.sent if one.guid == guid), "the newest try is asked for"
        self._trouble(guid)
        self.asked.append(guid)
        self.deliver(guid, arrived=guid not in self.deaf)

    async def installations(self) -> Sequence[int]:
        self._trouble("installations")
        return tuple(self.open)

    async def repositories(self, installation: int) -> AsyncIterator[str]:
        self._trouble(installation)
        for name in self.open[installation]:
            yield name

    async def open_pulls(self, repository: str, installation: int | None) -> AsyncIterator[OpenPull]:
        self.looked_at.append(repository)
        self._trouble(repository)
        assert installation is not None
        for pull in self.open[installation][repository]:
            yield pull

    def _trouble(self, name: object) -> None:
        if name in self.troubles:
            raise self.troubles[name]


class BotState:
    """The bot's stored state: deliveries, jobs, reviews and key values."""

    def __init__(self) -> None:
        self.here: set[str] = set()
        self.jobs: dict[str, tuple[Task, int]] = {}
        self.reviewed: dict[PullRef, str] = {}
        self.key_values: dict[str, str] = {}
        self.away = 0

    async def known(self, ids: Sequence[str]) -> frozenset[str]:
        return frozenset(self.here.intersection(ids))

    async def knows(self, task: Task) -> bool:
        return task.key in self.jobs

    async def submit(self, task: Task, *, priority: int) -> object | None:
        if self.away:
            self.away -= 1
            raise Retry("the database is away")
        if task.key in self.jobs:
            return None
        self.jobs[task.key] = (task, priority)
        return task

    async def latest(self, pull: PullRef) -> object | None:
        head = self.reviewed.get(pull)
        return SimpleNamespace(head=head) if head else None

    async def read(self, name: str) -> str | None:
        return self.key_values.get(name)

    async def write(self, name: str, text: str) -> None:
        self.key_values[name] = text

    async def named(self, prefix: str) -> Mapping[str, str]:
        return {name: text for name, text in self.key_values.items() if name.startswith(prefix)}


def reconciler(github: Any, harness: Any, **options: Any) -> Reconciler:
    return Reconciler(github, harness, harness, harness, harness, events=WebhookEvents(), **options)
