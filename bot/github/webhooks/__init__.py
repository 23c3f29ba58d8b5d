"""GitHub's webhook events: their payloads, and the tasks that they stand for."""

from bot.github.webhooks.dispatch import EVENTS, WebhookEvents, is_relevant, read_event
from bot.github.webhooks.triggers import Triggers

__all__ = ["EVENTS", "Triggers", "WebhookEvents", "is_relevant", "read_event"]
