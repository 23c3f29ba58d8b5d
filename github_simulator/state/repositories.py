"""Repositories, their contents and permissions."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple, get_args

from github_simulator.content import Entry, Tree
from github_simulator.state.accounts import Account
from github_simulator.state.alerts import Alert
from github_simulator.state.issues import IssueRecord
from github_simulator.state.pulls import CheckRun, CheckSuite, Commit, Pull, Status
from github_simulator.state.queues import MergeGroup

Permission = Literal["none", "read", "triage", "write", "maintain", "admin"]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)  # weakest first


class Label(NamedTuple):
    id: int
    name: str


class Written(NamedTuple):
    """A commit to create. `diff` is the output of `git diff`."""

    message: str
    diff: str


@dataclass(eq=False, slots=True)
class Repository:
    """`files` are the files of the default branch with known text, `lost` its deleted files.

    `branches` contains files in which other branches differ from the default branch. `ahead` are the commits
    that were added to the default branch. `labels` are indexed by name in lower case. `groups` are all merge
    groups, including destroyed ones. `issues` are those that are no pulls. `scanned`: code scanning has
    analysed it.
    """

    id: int
    owner: Account
    name: str
    private: bool
    created: datetime
    branch: str = "main"
    archived: bool = False
    scanned: bool = False
    files: dict[str, Entry] = field(default_factory=dict)
    granted: dict[str, Permission] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    issues: dict[int, IssueRecord] = field(default_factory=dict)
    checks: dict[int, CheckRun] = field(default_factory=dict)
    suites: dict[int, CheckSuite] = field(default_factory=dict)
    groups: list[MergeGroup] = field(default_factory=list)
    alerts: list[Alert] = field(default_factory=list)
    statuses: list[Status] = field(default_factory=list)
    labels: dict[str, Label] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)
    branches: dict[str, dict[str, Entry]] = field(default_factory=dict)
    ahead: list[Written] = field(default_factory=list)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever committed."""
        return not (self.pulls or self.files or self.branches or self.ahead)

    def permission(self, account: Account | None) -> Permission:
        """The permission of `account`; everybody may read a public repository."""
        login = account.login.lower() if account else ""
        if login == self.owner.login.lower():
            return "admin"
        return self.granted.get(login, "none" if self.private else "read")

    def allows(self, account: Account | None, permission: Permission) -> bool:
        return PERMISSIONS.index(self.permission(account)) >= PERMISSIONS.index(permission)

    def commit(self, ref: str) -> Commit | None:
        """The commit that `ref` names: a SHA or its first seven digits, a branch, or `refs/pull/N/head`."""
        ref = ref.removeprefix("refs/heads/").removeprefix("heads/")
        for pull in reversed(self.pulls.values()):
            for commit in (*pull.history, *pull.bases):
                if commit.sha == ref or (len(ref) >= 7 and commit.sha.startswith(ref)):
                    return commit
            if ref in (pull.branch, f"refs/pull/{pull.number}/head", f"pull/{pull.number}/head"):
                return pull.commits[-1]
        return next((group.head for group in self.groups if ref in (group.head.sha, group.branch)), None)

    def runs_of(self, suite: CheckSuite) -> list[CheckRun]:
        """The newest run of each name."""
        return list({run.name: run for run in self.checks.values() if run.suite is suite}.values())

    def pulls_of(self, sha: str) -> list[Pull]:
        """The pulls whose history contains commit `sha`."""
        return [pull for pull in self.pulls.values() if any(commit.sha == sha for commit in pull.history)]

    def tree(self, ref: str) -> Tree | None:
        """The files at `ref`. A base branch also has the files that its pulls revealed."""
        branch = ref.removeprefix("refs/heads/")
        targets = {self.branch, *self.branches, *(pull.target for pull in self.pulls.values())}
        if ref == "HEAD" or branch in targets:
            return self._branch(self.branch if ref == "HEAD" else branch)
        commit = self.commit(ref)
        return commit.tree if commit else None

    def tree_sha(self, ref: str) -> str:
        """The SHA of the tree at `ref`; the head of a base branch has none, so it is made up."""
        commit = self.commit(ref)
        return (
            commit.sha
            if commit
            else hashlib.sha1(ref.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()
        )

    def _branch(self, name: str) -> Tree:
        seen: dict[str, Entry] = {}
        for pull in self.pulls.values():
            seen |= pull.base.tree.ground
        entries = seen | self.files | self.branches.get(name, {})
        return Tree({path: entry for path, entry in entries.items() if path not in self.lost})
