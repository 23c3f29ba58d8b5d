"""Recognises the bot's own check runs, and remembers those that this process wrote.

A run names its App. Some servers omit the App, or do not list every run: so each run also gets an
`external_id`, and the runs that this process wrote are remembered.
"""

from collections import OrderedDict

from bot.core.change import PullRef
from bot.core.check_run import Check
from bot.github.own_account import OwnAccount
from bot.github.shapes import CheckShape, OutputShape
from bot.github.webhooks.payloads import App

_MAX_REMEMBERED = 1000  # runs
_UNKNOWN = 1  # annotations of an unlisted run: not 0, so that they are listed before more are added

_Key = tuple[str, str, str]  # repository, head, name of the check


class OwnCheckRuns:
    def __init__(self, account: OwnAccount) -> None:
        self._account = account
        self._written: OrderedDict[_Key, CheckShape] = OrderedDict()

    async def mark(self) -> str:
        """The `external_id` of the bot's runs."""
        return await self._account.login()

    async def is_own(self, run: CheckShape) -> bool:
        """Whether the run is the bot's. The `external_id` counts only without an App: others may use any."""
        by_app = await self._is_own_app(run.app)
        if by_app is not None:
            return by_app
        written_ids = {written.id for written in self._written.values()}
        return run.external_id == await self.mark() or run.id in written_ids

    async def _is_own_app(self, app: App | None) -> bool | None:
        """None if the run has no App, or none of its ids can be compared."""
        if app is None:
            return None
        own = await self._account.app()
        pairs = ((app.slug, own.slug), (app.id, own.id), (app.client_id, own.client_id))
        matches = [left == right for left, right in pairs if left is not None and right is not None]
        return any(matches) if matches else None

    def remember(self, ref: PullRef, head: str, check: Check, run: int) -> None:
        """Records that run `run` now shows `check`."""
        output = OutputShape(title=check.title, annotations_count=_UNKNOWN)
        conclusion = check.conclusion.value if check.conclusion else None
        shape = CheckShape(id=run, conclusion=conclusion, output=output)
        self._written[_key(ref, head, check.name)] = shape
        if len(self._written) > _MAX_REMEMBERED:
            self._written.popitem(last=False)

    def forget(self, ref: PullRef, head: str, name: str) -> None:
        """Forgets a run that was deleted."""
        self._written.pop(_key(ref, head, name), None)

    def recall(self, ref: PullRef, head: str, name: str) -> CheckShape | None:
        """The run of that name that this process wrote last, as written."""
        return self._written.get(_key(ref, head, name))


def _key(ref: PullRef, head: str, name: str) -> _Key:
    return ref.repository.casefold(), head, name
