"""Protocols of everything outside that the review pipeline uses. Implementations need not import them."""

from bot.review.ports.forge import Forge, Missed
from bot.review.ports.jobs import Inbox, Jobs
from bot.review.ports.metrics import Metrics
from bot.review.ports.models import Function, Library, Repository, Route, Router
from bot.review.ports.state import Findings, Journal, KeyValues, Memory, PublishedState, Records, TokenLedger
from bot.review.ports.webhooks import WebhookEvents

__all__ = [
    "Findings",
    "Forge",
    "Function",
    "Inbox",
    "Jobs",
    "Journal",
    "KeyValues",
    "Library",
    "Memory",
    "Metrics",
    "Missed",
    "PublishedState",
    "Records",
    "Repository",
    "Route",
    "Router",
    "TokenLedger",
    "WebhookEvents",
]
