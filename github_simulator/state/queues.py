"""The merge queue: merge commits that are checked before pulls are merged."""

from dataclasses import dataclass
from typing import Literal

from github_simulator.state.pulls import Commit, Pull

Removal = Literal["merged", "invalidated", "dequeued"]


@dataclass(eq=False, slots=True)
class MergeGroup:
    """The merge of `pull` into its base branch, as commit `head` on a branch of the queue.

    `destroyed` is why the group was destroyed, or None.
    """

    pull: Pull
    base: Commit
    head: Commit
    branch: str
    destroyed: Removal | None = None
