"""Issues that are no pull requests."""

from dataclasses import dataclass
from datetime import datetime

from github_simulator.state.accounts import Account


@dataclass(eq=False, slots=True)
class IssueRecord:
    """An open issue. `moved`: it was transferred to another repository."""

    number: int
    id: int
    title: str
    body: str
    author: Account
    created: datetime
    moved: bool = False
