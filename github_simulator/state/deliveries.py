"""Deliveries of webhooks, as they were sent and answered."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(eq=False, slots=True)
class Delivery:
    """One attempt. `guid` is what X-GitHub-Delivery says, the same in each attempt; `status` is the
    answer's HTTP status, None until there is one, and `outcome` GitHub's words for it.
    """

    id: int
    guid: str
    event: str
    action: str | None
    installation: int | None
    repository: int | None
    body: bytes
    sent: datetime
    redelivery: bool = False
    status: int | None = None
    outcome: str = "pending"
    duration: float = 0.0
    headers: dict[str, str] = field(default_factory=dict)
    answer_headers: dict[str, str] = field(default_factory=dict)
    answer: str = ""
