"""What the journey needs from the edges. The edges implement these shapes without importing them."""

from bot.review.ports.forge import Forge, Missed
from bot.review.ports.jobs import Inbox, Jobs
from bot.review.ports.memory import Findings, Journal, Notes, Purse, Records, Traces
from bot.review.ports.meter import Meter
from bot.review.ports.models import Function, Library, Route, Router

__all__ = [
    "Findings",
    "Forge",
    "Function",
    "Inbox",
    "Jobs",
    "Journal",
    "Library",
    "Meter",
    "Missed",
    "Notes",
    "Purse",
    "Records",
    "Route",
    "Router",
    "Traces",
]
