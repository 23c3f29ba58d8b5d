"""Deliveries that are set aside: shown, and read again. Part of `review-bot jobs`."""

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
    """Whether `name` is a job's number; otherwise it is a delivery's id, as GitHub shows it."""
    return name.isascii() and name.isdecimal()


async def get(store: "Store", delivery: str) -> SetAsideDelivery:
    """Raises `Refused` when no such delivery is set aside."""
    found = await store.inbox.get_set_aside(delivery)
    if found is None:
        raise Refused(
            f"no delivery {delivery} is set aside; `review-bot jobs deliveries` shows those that are"
        )
    return found


async def reread(store: "Store", names: Sequence[str] | None) -> Sequence[str]:
    """Has them read again; without names all that are set aside. Returns those that are.

    Raises `Refused` for one that is not set aside.
    """
    wanted = names or [one.delivery for one in reversed(await store.inbox.list_set_aside(MOST))]
    for name in wanted:
        if not await store.inbox.reread(name) and names:
            await get(store, name)
    return wanted


def show_all(found: Sequence[SetAsideDelivery], width: int | None) -> None:
    table = Table("delivery", "event", "received", "set aside", "reason", box=None)
    for one in found:
        moments = (f"{moment:%Y-%m-%d %H:%M:%S}" for moment in (one.received, one.at))
        table.add_row(escape(one.delivery), one.event, *moments, escape(" ".join(one.reason.split())))
    Console(width=width).print(table if found else "no delivery is set aside")


def show_one(one: SetAsideDelivery) -> None:
    lines = {
        "event": one.event,
        "received": f"{one.received:%Y-%m-%d %H:%M:%S} UTC",
        "set aside": f"{one.at:%Y-%m-%d %H:%M:%S} UTC",
        "reason": one.reason,
    }
    told = [f"delivery {one.delivery}", *(f"  {name:<13} {value}" for name, value in lines.items())]
    told.append(
        "It made no job, and holds up no other delivery. When the cause is gone, "
        f'`review-bot jobs retry {one.delivery}` has it read again; so does "Redeliver" on GitHub.'
    )
    sys.stdout.write("\n".join(told) + "\n")


def hint(count: int) -> str:
    """What a list of jobs says of deliveries that made none."""
    are = "1 delivery is" if count == 1 else f"{count} deliveries are"
    return f"{are} set aside, and made no job; `review-bot jobs deliveries` tells why"
