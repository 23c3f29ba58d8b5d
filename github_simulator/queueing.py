"""Operates a repository's merge queue."""

from bot.core.errors import Refused
from github_simulator.base import Done, SimulatorBase
from github_simulator.control_requests import Dequeue, Enqueue
from github_simulator.state import Commit, MergeGroup, Pull, Removal
from github_simulator.state.world import name_commit

_REASONS = {"merged": "MERGE", "invalidated": "QUEUE_CLEARED", "dequeued": "MANUAL"}


class Queueing(SimulatorBase):
    """Operations on the merge queue. Methods return after their deliveries were answered."""

    async def enqueue(self, repository: str, number: int, order: Enqueue) -> Done:
        """Adds a pull to the queue, and requests checks of its merge into the base branch."""
        pull, repo = self.world.pull(repository, number), self.world.repository(repository)
        if pull.closed or pull.draft or self._group(pull):
            raise Refused(f"{repository}#{number} cannot be queued: it is closed, a draft, or queued already")
        user, base = self.world.account(order.user), pull.base
        head = name_commit("queue", repo.full_name, base.sha, pull.head.sha, str(len(repo.groups)))
        message = f"Merge pull request #{number} from {pull.branch}"
        parents = (base.sha, pull.head.sha)
        merge = Commit(head, parents, message, user, self.world.now(), pull.head.tree, pull.files)
        branch = f"gh-readonly-queue/{pull.target}/pr-{number}-{base.sha}"
        group = MergeGroup(pull, base, merge, branch)
        repo.groups.append(group)
        queued = self.events.pull("enqueued", pull, user)
        return await self.finish(pull, queued, self.events.group("checks_requested", group, user))

    async def dequeue(self, repository: str, number: int, order: Dequeue) -> Done:
        """Removes a pull from the queue."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        group = self._group(pull)
        if group is None:
            raise Refused(f"{repository}#{number} is not queued")
        return await self._destroy(group, order.reason, user.login)

    async def _destroy(self, group: MergeGroup, reason: Removal, login: str) -> Done:
        group.destroyed = reason
        user = self.world.account(login)
        dequeued = self.events.pull("dequeued", group.pull, user, reason=_REASONS[reason])
        return await self.finish(group.pull, dequeued, self.events.group("destroyed", group, user))

    def _group(self, pull: Pull) -> MergeGroup | None:
        """The pull's current merge group."""
        groups = self.world.repository(pull.repository).groups
        return next((group for group in groups if group.pull is pull and group.destroyed is None), None)
