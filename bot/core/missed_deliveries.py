"""What GitHub did not deliver: webhook deliveries that failed, and pull requests nobody told us of."""

from datetime import datetime

from bot.core.value import Value


class DeliveryAttempt(Value):
    """One try of GitHub to deliver something; `guid` is the delivery's id, the same in every try. Some events
    have no `action`.
    """

    id: int
    guid: str
    event: str
    action: str | None = None
    sent: datetime
    arrived: bool


class OpenPull(Value):
    """An open pull request, as a list of them tells of it. `by_bot`: a bot opened it."""

    number: int
    head: str
    draft: bool
    by_bot: bool
    updated: datetime
