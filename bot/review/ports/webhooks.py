"""The webhook events of a forge."""

from typing import Protocol

from bot.core.events import Event


class WebhookEvents(Protocol):
    """Tells which deliveries are stored, and what they mean."""

    def is_known(self, event: str) -> bool:
        """Whether deliveries of the event are stored at all."""
        ...

    def is_relevant(self, event: str, action: object) -> bool:
        """Whether a delivery with this action can begin work."""
        ...

    def read(self, event: str, body: bytes) -> Event:
        """Raises `MalformedDelivery`."""
        ...
