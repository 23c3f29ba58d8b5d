"""Webhook deliveries and their answers."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(eq=False, slots=True)
class Delivery:
    """One attempt. `guid` is the X-GitHub-Delivery header, the same for each attempt; `status` is the HTTP
    status of the answer, or None, and `outcome` GitHub's description of it.
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
