"""What other Apps say of a pull's head, and who asks for the checks again."""

from bot.core.errors import Refused
from github_simulator.control_requests import Rerun, SetCheck, SetStatus
from github_simulator.stage import Done, Stage
from github_simulator.state import App, CheckRun, Pull, Repository, Status


class Checking(Stage):
    """The methods return when the deliveries that they begin were answered."""

    async def set_check(self, repository: str, number: int, order: SetCheck) -> Done:
        """Another App's check run on the pull's head: begun, or completed with a conclusion.

        That its suite is completed is told when no other run of that App is in progress.
        """
        pull, known = self.world.pull(repository, number), self.world.repository(repository)
        app = self._app(order.app)
        run = _known(known, pull, order.name, app) or self._begin(known, pull, order.name, app)
        run.status = "completed" if order.conclusion else "in_progress"
        run.conclusion = order.conclusion
        run.completed = self.world.now() if order.conclusion else None
        if not order.conclusion:
            return await self.told(pull)
        ended = self.events.run("completed", known, run, app.bot)
        if any(one.status != "completed" for one in known.runs_of(run.suite)):
            return await self.told(pull, ended)
        return await self.told(pull, ended, self.events.suite("completed", known, run.suite, app.bot))

    async def set_status(self, repository: str, number: int, order: SetStatus) -> Done:
        """A commit status on the pull's head."""
        pull, known = self.world.pull(repository, number), self.world.repository(repository)
        by = self.world.account(order.user)
        now = self.world.now()
        said = Status(self.world.new_id(), pull.head.sha, order.context, order.state, by, now)
        known.statuses.append(said)
        return await self.told(pull, self.events.status(known, said, by))

    async def rerun(self, repository: str, number: int, order: Rerun) -> Done:
        """Somebody asks for the App's check again: for the run alone, or for all runs of its suite."""
        pull, known = self.world.pull(repository, number), self.world.repository(repository)
        head, user = order.head or pull.head.sha, self.world.account(order.user)
        runs = [run for run in known.checks.values() if run.head == head and run.app is None]
        if not runs:
            raise Refused(f"there is no check of the App on {head} to be run again")
        run = runs[-1]
        run.suite.queued = True
        if order.all:
            return await self.told(pull, self.events.suite("rerequested", known, run.suite, user))
        return await self.told(pull, self.events.run("rerequested", known, run, user))

    def _app(self, slug: str) -> App:
        known = self.world.others.get(slug)
        if known is None:
            owner, bot = self.world.account(f"{slug}-owner"), self.world.account(f"{slug}[bot]")
            permissions = {"checks": "write", "metadata": "read"}
            number, now = self.world.new_id(), self.world.now()
            known = self.world.others[slug] = App(
                number, slug, slug.title(), owner, bot, permissions, (), now
            )
        return known

    def _begin(self, known: Repository, pull: Pull, name: str, app: App) -> CheckRun:
        now = self.world.now()
        suite = self.world.suite(known, pull.head.sha, app)
        run = CheckRun(self.world.new_id(), name, pull.head.sha, suite, "in_progress", now, {}, app=app)
        known.checks[run.id] = run
        return run


def _known(known: Repository, pull: Pull, name: str, app: App) -> CheckRun | None:
    runs = [run for run in known.checks.values() if run.head == pull.head.sha and run.app is app]
    return next((run for run in runs if run.name == name), None)
