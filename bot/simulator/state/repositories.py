"""Repositories, and who may do what in them."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from bot.simulator.content import Entry, Tree
from bot.simulator.state.accounts import Account
from bot.simulator.state.pulls import CheckRun, Commit, Pull

Permission = Literal["none", "read", "triage", "write", "maintain", "admin"]
PERMISSIONS: tuple[Permission, ...] = get_args(Permission)  # the weakest first


@dataclass(eq=False, slots=True)
class Repository:
    """`files` are those of the default branch whose text is known."""

    id: int
    owner: Account
    name: str
    private: bool
    created: datetime
    branch: str = "main"
    files: dict[str, Entry] = field(default_factory=dict)
    granted: dict[str, Permission] = field(default_factory=dict)
    pulls: dict[int, Pull] = field(default_factory=dict)
    checks: dict[int, CheckRun] = field(default_factory=dict)

    @property
    def full_name(self) -> str:
        return f"{self.owner.login}/{self.name}"

    def permission(self, account: Account | None) -> Permission:
        """What `account` may do; everybody may read what is public."""
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
            for commit in (*pull.history, pull.base):
                if commit.sha == ref or (len(ref) >= 7 and commit.sha.startswith(ref)):
                    return commit
            if ref in (pull.branch, f"refs/pull/{pull.number}/head", f"pull/{pull.number}/head"):
                return pull.commits[-1]
        return None

    def pulls_of(self, sha: str) -> list[Pull]:
        """The pulls that have, or had before a forced push, commit `sha`."""
        return [pull for pull in self.pulls.values() if any(commit.sha == sha for commit in pull.history)]

    def tree(self, ref: str) -> Tree | None:
        """The files at `ref`. The default branch also has what pulls told of it."""
        if ref in ("HEAD", self.branch, f"refs/heads/{self.branch}"):
            told: dict[str, Entry] = {}
            for pull in self.pulls.values():
                told |= pull.base.tree.ground
            return Tree(told | self.files)
        commit = self.commit(ref)
        return commit.tree if commit else None
