"""The state of the simulated GitHub, independent of its API."""

from github_simulator.state.accounts import Account, App, Installation, Kind, Token
from github_simulator.state.alerts import Alert
from github_simulator.state.archives import Archives, Conduct
from github_simulator.state.deliveries import Delivery
from github_simulator.state.pulls import (
    CheckRun,
    CheckSuite,
    Comment,
    Commit,
    InlineComment,
    Pull,
    Reaction,
    Review,
    Reviewing,
    Status,
)
from github_simulator.state.queues import MergeGroup, Removal
from github_simulator.state.repositories import PERMISSIONS, Label, Permission, Repository, Written
from github_simulator.state.world import Moved, Unknown, World

__all__ = [
    "PERMISSIONS",
    "Account",
    "Alert",
    "App",
    "Archives",
    "CheckRun",
    "CheckSuite",
    "Comment",
    "Commit",
    "Conduct",
    "Delivery",
    "InlineComment",
    "Installation",
    "Kind",
    "Label",
    "MergeGroup",
    "Moved",
    "Permission",
    "Pull",
    "Reaction",
    "Removal",
    "Repository",
    "Review",
    "Reviewing",
    "Status",
    "Token",
    "Unknown",
    "World",
    "Written",
]
