"""Alerts of code scanning."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

AlertState = Literal["open", "dismissed", "fixed"]


@dataclass(eq=False, slots=True)
class Alert:
    """An alert of `tool` on lines `start` to `end` of `path`, in the analysis of `ref` at commit `head`.

    `severity` is none, note, warning or error; `security` is low, medium, high, critical or None.
    """

    number: int
    tool: str
    rule: str
    description: str
    severity: str
    security: str | None
    ref: str
    head: str
    path: str
    start: int
    end: int
    message: str
    created: datetime
    state: AlertState = "open"
