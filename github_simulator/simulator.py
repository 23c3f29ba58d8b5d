"""The simulated GitHub as an object: actions of people, faults, and its state."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.core.errors import Refused
from github_simulator.base import Done
from github_simulator.branching import Branching
from github_simulator.calls import Listener
from github_simulator.checking import Checking
from github_simulator.control_requests import GrantApp, Rename, SetClock
from github_simulator.editing import Editing
from github_simulator.faults import Fault
from github_simulator.people import People
from github_simulator.queueing import Queueing
from github_simulator.report import report
from github_simulator.scanning import Scanning
from github_simulator.state import Delivery, Token
from github_simulator.storm import Storm

__all__ = ["Done", "Simulator"]


class Simulator(People, Editing, Branching, Checking, Queueing, Scanning):
    """A simulated GitHub; `SimulatorBase` documents the constructor.

    Methods that send deliveries return after these were answered. They raise `Refused` for an impossible
    action, and `Unknown` for an unknown object.
    """

    async def redeliver(self, guid: str) -> Delivery:
        """Sends the delivery again, under the same GUID."""
        first = next((delivery for delivery in self.world.deliveries if delivery.guid == guid), None)
        if first is None:
            raise Refused(f"delivery {guid} does not exist")
        again = self.hook.redeliver(first)
        await self.hook.settle(again)
        return again

    def grant_app(self, order: GrantApp) -> None:
        """Changes the App's permissions, for new tokens or `at_once`."""
        self.world.grant(order.permissions, at_once=order.at_once)

    def rename(self, order: Rename) -> str:
        """Renames a repository, and redirects calls by the old name; returns the new name ("owner/name")."""
        return self.world.rename(order.repository, order.name).full_name

    def add_token(self, text: str, login: str, permissions: Mapping[str, str] | None = None) -> Token:
        return self.world.add_token(text, login, permissions)

    def revoke_tokens(self) -> int:
        return self.world.revoke_tokens()

    def inject(self, fault: Fault) -> None:
        self.pipeline.faults.add(fault)

    def clear_faults(self, account: str | None = None) -> None:
        """Removes all faults, or those limited to `account`."""
        self.pipeline.faults.clear(account)

    def storm(self, order: Storm) -> None:
        """Starts a storm, which replaces the current one."""
        self.current_storm.begin(order)

    def calm(self) -> None:
        """Ends the storm; `state` still reports its strikes."""
        self.current_storm.calm()

    def set_clock(self, order: SetClock) -> datetime:
        """Sets GitHub's clock ahead of or behind the real time; returns its time."""
        self.world.offset = order.offset
        return self.world.now()

    def on_call(self, listener: Listener) -> Callable[[], None]:
        """Awaits `listener` before and after every API call; returns a function that removes it."""
        return self.pipeline.calls.listen(listener)

    async def settle(self) -> None:
        """Waits until every delivery so far was answered or has failed."""
        await self.hook.settle()

    def state(self) -> dict[str, Any]:
        return report(self.world, self.pipeline.calls.counts, self.current_storm.struck)

    async def stop(self) -> None:
        """Cancels pending deliveries."""
        await self.hook.close()
