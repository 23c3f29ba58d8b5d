"""Sets check runs and statuses of other Apps, and requests re-runs."""

from bot.core.errors import Refused
from github_simulator.base import Done, SimulatorBase
from github_simulator.control_requests import Rerun, SetCheck, SetStatus
from github_simulator.state import App, CheckRun, Pull, Repository, Status


class Checking(SimulatorBase):
    """Operations on checks. Methods return after their deliveries were answered."""

    async def set_check(self, repository: str, number: int, order: SetCheck) -> Done:
        """Starts another App's check run on the pull's head, or completes it with a conclusion.

        The suite is completed once no run of that App is in progress.
        """
        pull, repo = self.world.pull(repository, number), self.world.repository(repository)
        app = self._app(order.app)
        run = _existing_run(repo, pull, order.name, app) or self._begin(repo, pull, order.name, app)
        run.annotations += [annotation.model_dump() for annotation in order.annotations]
        run.status = "completed" if order.conclusion else "in_progress"
        run.conclusion = order.conclusion
        run.completed = self.world.now() if order.conclusion else None
        if not order.conclusion:
            return await self.finish(pull)
        completed = self.events.run("completed", repo, run, app.bot)
        if any(other.status != "completed" for other in repo.runs_of(run.suite)):
            return await self.finish(pull, completed)
        return await self.finish(pull, completed, self.events.suite("completed", repo, run.suite, app.bot))

    async def set_status(self, repository: str, number: int, order: SetStatus) -> Done:
        """Sets a commit status on the pull's head."""
        pull, repo = self.world.pull(repository, number), self.world.repository(repository)
        user = self.world.account(order.user)
        now = self.world.now()
        status = Status(self.world.new_id(), pull.head.sha, order.context, order.state, user, now)
        repo.statuses.append(status)
        return await self.finish(pull, self.events.status(repo, status, user))

    async def rerun(self, repository: str, number: int, order: Rerun) -> Done:
        """Requests a re-run of the App's check, or of its whole suite."""
        pull, repo = self.world.pull(repository, number), self.world.repository(repository)
        head, user = order.head or pull.head.sha, self.world.account(order.user)
        runs = [run for run in repo.checks.values() if run.head == head and run.app is None]
        if not runs:
            raise Refused(f"the App has no check on {head} to re-run")
        run = runs[-1]
        run.suite.queued = True
        if order.all:
            return await self.finish(pull, self.events.suite("rerequested", repo, run.suite, user))
        return await self.finish(pull, self.events.run("rerequested", repo, run, user))

    def _app(self, slug: str) -> App:
        app = self.world.others.get(slug)
        if app is None:
            owner, bot = self.world.account(f"{slug}-owner"), self.world.account(f"{slug}[bot]")
            permissions = {"checks": "write", "metadata": "read"}
            number, now = self.world.new_id(), self.world.now()
            app = self.world.others[slug] = App(number, slug, slug.title(), owner, bot, permissions, (), now)
        return app

    def _begin(self, repo: Repository, pull: Pull, name: str, app: App) -> CheckRun:
        now = self.world.now()
        suite = self.world.suite(repo, pull.head.sha, app)
        run = CheckRun(self.world.new_id(), name, pull.head.sha, suite, "in_progress", now, {}, app=app)
        repo.checks[run.id] = run
        return run


def _existing_run(repo: Repository, pull: Pull, name: str, app: App) -> CheckRun | None:
    runs = [run for run in repo.checks.values() if run.head == pull.head.sha and run.app is app]
    return next((run for run in runs if run.name == name), None)
