"""What other Apps say of a pull's head."""

from bot.simulator.orders import SetCheck, SetStatus
from bot.simulator.stage import Done, Stage
from bot.simulator.state import App, CheckRun, Pull, Repository, Status


class Checking(Stage):
    """The methods return when the deliveries that they begin were answered."""

    async def set_check(self, repository: str, number: int, order: SetCheck) -> Done:
        """Another App's check run on the pull's head: begun, or completed with a conclusion.

        That the suite of it is completed is told.
        """
        pull, known = self.world.pull(repository, number), self.world.repository(repository)
        app = self._app(order.app)
        run = _known(known, pull, order.name, app) or self._begin(known, pull, order.name, app)
        run.status = "completed" if order.conclusion else "in_progress"
        run.conclusion = order.conclusion
        run.completed = self.world.now() if order.conclusion else None
        return await self.told(pull, self.events.suite(known, run, app.bot) if order.conclusion else None)

    async def set_status(self, repository: str, number: int, order: SetStatus) -> Done:
        """A commit status on the pull's head."""
        pull, known = self.world.pull(repository, number), self.world.repository(repository)
        by = self.world.account(order.user)
        now = self.world.now()
        said = Status(self.world.new_id(), pull.head.sha, order.context, order.state, by, now)
        known.statuses.append(said)
        return await self.told(pull, self.events.status(known, said, by))

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
        run = CheckRun(self.world.new_id(), name, pull.head.sha, "in_progress", now, {}, app=app)
        known.checks[run.id] = run
        return run


def _known(known: Repository, pull: Pull, name: str, app: App) -> CheckRun | None:
    runs = [run for run in known.checks.values() if run.head == pull.head.sha and run.app is app]
    return next((run for run in runs if run.name == name), None)
