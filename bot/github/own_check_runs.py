"""Which check runs are the bot's own, and which it has written last.

A run is known by the App that it says it is of. Not every server tells that, or lists every run: so each has
a mark of the bot's own, and what this process has written it remembers.
"""

from collections import OrderedDict

from bot.core.change import PullRef
from bot.core.check_run import Check
from bot.github.own_account import OwnAccount
from bot.github.shapes import CheckShape, OutputShape
from bot.github.webhooks.payloads import App

_REMEMBERED = 1000  # runs
_UNKNOWN = 1  # annotations of a run that is not listed: whoever adds some looks which there are

_Name = tuple[str, str, str]  # repository, head, name of the check


class OwnCheckRuns:
    def __init__(self, account: OwnAccount) -> None:
        self._account = account
        self._written: OrderedDict[_Name, CheckShape] = OrderedDict()

    async def mark(self) -> str:
        """What the bot's runs have as their `external_id`."""
        return await self._account.login()

    async def own(self, run: CheckShape) -> bool:
        """Another App may give its runs any mark: it counts where a run tells of no App."""
        told = await self._of_app(run.app)
        if told is not None:
            return told
        return run.external_id == await self.mark() or run.id in {one.id for one in self._written.values()}

    async def _of_app(self, app: App | None) -> bool | None:
        """None where that is not told in a way that can be compared."""
        if app is None:
            return None
        own = await self._account.app()
        pairs = ((app.slug, own.slug), (app.id, own.id), (app.client_id, own.client_id))
        told = [left == right for left, right in pairs if left is not None and right is not None]
        return any(told) if told else None

    def remember(self, ref: PullRef, head: str, check: Check, run: int) -> None:
        """What `check` says now stands on run `run`."""
        output = OutputShape(title=check.title, annotations_count=_UNKNOWN)
        conclusion = check.conclusion.value if check.conclusion else None
        shape = CheckShape(id=run, conclusion=conclusion, output=output)
        self._written[_named(ref, head, check.name)] = shape
        if len(self._written) > _REMEMBERED:
            self._written.popitem(last=False)

    def forget(self, ref: PullRef, head: str, name: str) -> None:
        """The run is gone."""
        self._written.pop(_named(ref, head, name), None)

    def recall(self, ref: PullRef, head: str, name: str) -> CheckShape | None:
        """The run of that name that this process has written last, as it was written."""
        return self._written.get(_named(ref, head, name))


def _named(ref: PullRef, head: str, name: str) -> _Name:
    return ref.repository.casefold(), head, name
