"""The merge queue: commits on which pulls are tried before they are merged."""

from dataclasses import dataclass
from typing import Literal

from github_simulator.state.pulls import Commit, Pull

Removal = Literal["merged", "invalidated", "dequeued"]


@dataclass(eq=False, slots=True)
class MergeGroup:
    """`pull` merged into the state of its base branch, as commit `head` on a branch of the queue's own.

    `destroyed` is why the group is gone, None while it is there.
    """

    pull: Pull
    base: Commit
    head: Commit
    branch: str
    destroyed: Removal | None = None
