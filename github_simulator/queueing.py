"""The merge queue of a repository."""

from bot.core.errors import Refused
from github_simulator.control_requests import Dequeue, Enqueue
from github_simulator.stage import Done, Stage
from github_simulator.state import Commit, MergeGroup, Pull, Removal
from github_simulator.state.world import name_commit

_WHY = {"merged": "MERGE", "invalidated": "QUEUE_CLEARED", "dequeued": "MANUAL"}


class Queueing(Stage):
    """The methods return when the deliveries that they begin were answered."""

    async def enqueue(self, repository: str, number: int, order: Enqueue) -> Done:
        """Puts a pull into the queue, and asks for checks of it merged into its base branch."""
        pull, known = self.world.pull(repository, number), self.world.repository(repository)
        if pull.closed or pull.draft or self._group(pull):
            raise Refused(f"{repository}#{number} cannot be queued: it is closed, a draft, or queued already")
        user, base = self.world.account(order.user), pull.base
        head = name_commit("queue", known.full_name, base.sha, pull.head.sha, str(len(known.groups)))
        message = f"Merge pull request #{number} from {pull.branch}"
        parents = (base.sha, pull.head.sha)
        merge = Commit(head, parents, message, user, self.world.now(), pull.head.tree, pull.files)
        branch = f"gh-readonly-queue/{pull.target}/pr-{number}-{base.sha}"
        group = MergeGroup(pull, base, merge, branch)
        known.groups.append(group)
        queued = self.events.pull("enqueued", pull, user)
        return await self.told(pull, queued, self.events.group("checks_requested", group, user))

    async def dequeue(self, repository: str, number: int, order: Dequeue) -> Done:
        """Takes a pull out of the queue."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        group = self._group(pull)
        if group is None:
            raise Refused(f"{repository}#{number} is not queued")
        return await self._destroy(group, order.reason, user.login)

    async def _destroy(self, group: MergeGroup, reason: Removal, login: str) -> Done:
        group.destroyed = reason
        user = self.world.account(login)
        out = self.events.pull("dequeued", group.pull, user, reason=_WHY[reason])
        return await self.told(group.pull, out, self.events.group("destroyed", group, user))

    def _group(self, pull: Pull) -> MergeGroup | None:
        """The one that the pull is tried in now."""
        groups = self.world.repository(pull.repository).groups
        return next((one for one in groups if one.pull is pull and one.destroyed is None), None)
