"""The port to a forge's webhook events."""

from typing import Protocol

from bot.core.events import Event


class WebhookEvents(Protocol):
    """Selects deliveries to store, and reads them."""

    def is_known(self, event: str) -> bool:
        """Whether deliveries of this event can be stored."""
        ...

    def is_relevant(self, event: str, action: object) -> bool:
        """Whether a delivery with this action can begin work."""
        ...

    def read(self, event: str, body: bytes) -> Event:
        """Raises `MalformedDelivery`."""
        ...
