"""Records for missed events: failed webhook deliveries, and open pull requests without a delivery."""

from datetime import datetime

from bot.core.value import Value


class DeliveryAttempt(Value):
    """One delivery attempt of GitHub; `guid` is the id of the delivery, equal in all attempts. Some events
    have no `action`.
    """

    id: int
    guid: str
    event: str
    action: str | None = None
    sent: datetime
    arrived: bool


class OpenPull(Value):
    """An entry in the list of open pull requests. `by_bot`: a bot opened it."""

    number: int
    head: str
    draft: bool
    by_bot: bool
    updated: datetime
