"""Reads GitHub's webhook events into tasks."""

from bot.github.webhooks.dispatch import EVENTS, WebhookEvents, is_relevant, read_event
from bot.github.webhooks.triggers import Triggers

__all__ = ["EVENTS", "Triggers", "WebhookEvents", "is_relevant", "read_event"]
