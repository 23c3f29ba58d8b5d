"""What the journey needs from the edges. The edges implement these shapes without importing them."""

from bot.review.ports.forge import Forge, Missed
from bot.review.ports.jobs import Inbox, Jobs
from bot.review.ports.memory import Journal, Notes, Records, Traces
from bot.review.ports.meter import Meter
from bot.review.ports.models import Engine, Function, Route, Router

__all__ = [
    "Engine",
    "Forge",
    "Function",
    "Inbox",
    "Jobs",
    "Journal",
    "Meter",
    "Missed",
    "Notes",
    "Records",
    "Route",
    "Router",
    "Traces",
]
