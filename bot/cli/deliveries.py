"""Deliveries that were set aside: shows and retries them. Part of `review-bot jobs`."""

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from bot.core.errors import Refused
from bot.core.jobs import SetAsideDelivery

if TYPE_CHECKING:
    from bot.engine import Store

MOST = 10_000


def is_job(name: str) -> bool:
    """Whether `name` is a job number; otherwise it is a delivery ID, as GitHub shows it."""
    return name.isascii() and name.isdecimal()


async def get(store: "Store", delivery: str) -> SetAsideDelivery:
    """Raises `Refused` when no such delivery is set aside."""
    found = await store.inbox.get_set_aside(delivery)
    if found is None:
        raise Refused(
            f"no delivery {delivery} was set aside; `review-bot jobs deliveries` lists those that were"
        )
    return found


async def reread(store: "Store", names: Sequence[str] | None) -> Sequence[str]:
    """Queues the named deliveries again; without names, all that were set aside. Returns their IDs.

    Raises `Refused` for a delivery that was not set aside.
    """
    chosen = names or [delivery.delivery for delivery in reversed(await store.inbox.list_set_aside(MOST))]
    for name in chosen:
        if not await store.inbox.reread(name) and names:
            await get(store, name)
    return chosen


def show_all(set_aside: Sequence[SetAsideDelivery], width: int | None) -> None:
    table = Table("delivery", "event", "received", "set aside", "reason", box=None)
    for delivery in set_aside:
        moments = (f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (delivery.received, delivery.at))
        reason = escape(" ".join(delivery.reason.split()))
        table.add_row(escape(delivery.delivery), delivery.event, *moments, reason)
    Console(width=width).print(table if set_aside else "no deliveries were set aside")


def show_one(delivery: SetAsideDelivery) -> None:
    fields = {
        "event": delivery.event,
        "received": f"{delivery.received:%Y-%m-%d %H:%M:%S} UTC",
        "set aside": f"{delivery.at:%Y-%m-%d %H:%M:%S} UTC",
        "reason": delivery.reason,
    }
    lines = [f"delivery {delivery.delivery}", *(f"  {name:<13} {value}" for name, value in fields.items())]
    lines.append(
        "The delivery created no job and does not block other deliveries. After you fix the cause, run "
        f'`review-bot jobs retry {delivery.delivery}`, or use "Redeliver" on GitHub.'
    )
    sys.stdout.write("\n".join(lines) + "\n")


def hint(count: int) -> str:
    """The line about deliveries without a job below the list of jobs."""
    were = "1 delivery was" if count == 1 else f"{count} deliveries were"
    return f"{were} set aside without a job; `review-bot jobs deliveries` shows why"
