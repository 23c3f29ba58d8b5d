"""Opens, pushes to, merges and closes pulls."""

from bot.core.errors import Refused
from github_simulator.base import Done, SimulatorBase
from github_simulator.content import whole_file
from github_simulator.control_requests import Advance, MergeBase, OpenPull, Push, Retarget, WriteFile
from github_simulator.state import Pull, Written
from github_simulator.state.branches import Opening, advance, merge_base, open_pull, push_commit, retarget
from github_simulator.state.issues import IssueRecord


class Branching(SimulatorBase):
    """Operations on pulls and branches. Methods return after their deliveries were answered."""

    def open_issue(self, repository: str, title: str, body: str = "", *, moved: bool = False) -> int:
        """Opens an issue by the repository's owner; returns its number. `moved`: it was transferred."""
        repo = self.world.repository(repository)
        number = max((*repo.pulls, *repo.issues), default=0) + 1
        repo.issues[number] = IssueRecord(
            number, self.world.new_id(), title, body, repo.owner, self.world.now(), moved
        )
        return number

    async def open_pull(self, order: OpenPull) -> Done:
        repository = self.world.add_repository(order.repository, private=order.private)
        commits = tuple(Written(commit.message, commit.diff) for commit in order.commits)
        author = self.world.account(order.author)
        opening = Opening(order.title, order.body, author, commits, order.branch, order.draft, order.fork)
        pull = open_pull(self.world, repository, opening)
        return await self.finish(pull, self.events.pull("opened", pull, author))

    async def push(self, repository: str, number: int, order: Push) -> Done:
        pull = self.world.pull(repository, number)
        before = pull.head.sha
        author = self.world.account(order.author) if order.author else pull.author
        push_commit(self.world, pull, author, Written(order.message, order.diff), force=order.force)
        delivery = self.events.pull("synchronize", pull, author, before=before, after=pull.head.sha)
        return await self.finish(pull, delivery)

    def advance(self, order: Advance) -> None:
        """Adds a commit to the default branch; open pulls lack it until they merge it."""
        repository = self.world.add_repository(order.repository)
        advance(repository, Written(order.message, order.diff))

    async def merge_base(self, repository: str, number: int, order: MergeBase | None = None) -> Done:
        """Merges the current default branch into the pull's head and pushes it."""
        pull, repo = self.world.pull(repository, number), self.world.repository(repository)
        before = pull.head.sha
        author = self.world.account(order.author) if order and order.author else pull.author
        merge_base(self.world, repo, pull, author)
        delivery = self.events.pull("synchronize", pull, author, before=before, after=pull.head.sha)
        return await self.finish(pull, delivery)

    async def retarget(self, repository: str, number: int, order: Retarget) -> Done:
        """Changes the pull's base branch."""
        pull, repo = self.world.pull(repository, number), self.world.repository(repository)
        changes = {"base": {"ref": {"from": pull.target}, "sha": {"from": pull.base.sha}}}
        retarget(self.world, repo, pull, order.branch)
        return await self.finish(pull, self.events.pull("edited", pull, pull.author, changes=changes))

    async def set_draft(self, repository: str, number: int, *, draft: bool) -> Done:
        pull = self.world.pull(repository, number)
        if pull.draft == draft:
            raise Refused(f"{repository}#{number} is {'a draft' if draft else 'ready for review'} already")
        pull.draft = draft
        return await self._transition(pull, "converted_to_draft" if draft else "ready_for_review")

    async def close(self, repository: str, number: int) -> Done:
        pull = self._open(repository, number)
        pull.closed = self.world.now()
        return await self._transition(pull, "closed")

    async def merge(self, repository: str, number: int) -> Done:
        """Merges, and so closes, the pull."""
        pull = self._open(repository, number)
        pull.closed = pull.merged = self.world.now()
        return await self._transition(pull, "closed")

    async def reopen(self, repository: str, number: int) -> Done:
        pull = self.world.pull(repository, number)
        if pull.merged:
            raise Refused(f"{repository}#{number} is merged, and cannot be reopened")
        if not pull.closed:
            raise Refused(f"{repository}#{number} is open already")
        pull.closed = None
        return await self._transition(pull, "reopened")

    def write_file(self, order: WriteFile) -> None:
        repository = self.world.add_repository(order.repository)
        if order.branch in (None, repository.branch):
            repository.files[order.path] = whole_file(order.text)
            repository.lost.discard(order.path)
        else:
            repository.branches.setdefault(order.branch, {})[order.path] = whole_file(order.text)

    def _open(self, repository: str, number: int) -> Pull:
        pull = self.world.pull(repository, number)
        if pull.closed:
            raise Refused(f"{repository}#{number} is closed already")
        return pull

    async def _transition(self, pull: Pull, action: str) -> Done:
        pull.updated = self.world.now()
        return await self.finish(pull, self.events.pull(action, pull, pull.author))
