"""The simulated GitHub as an object, for those who hold it: what people do there, and its state."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from bot.core.errors import Refused
from github_simulator.branching import Branching
from github_simulator.calls import Listener
from github_simulator.checking import Checking
from github_simulator.control_requests import GrantApp, Rename, SetClock
from github_simulator.editing import Editing
from github_simulator.faults import Fault
from github_simulator.people import People
from github_simulator.queueing import Queueing
from github_simulator.report import report
from github_simulator.stage import Done
from github_simulator.state import Delivery, Token
from github_simulator.storm import Storm

__all__ = ["Done", "Simulator"]


class Simulator(People, Editing, Branching, Checking, Queueing):
    """A GitHub with everything that happens on it (`Stage` says with what it begins).

    The methods that people's doings begin deliveries with return when these were answered. They raise
    `Refused` for what cannot be, and `Unknown` for what is not there.
    """

    async def redeliver(self, guid: str) -> Delivery:
        """Sends the delivery again, under the same GUID."""
        first = next((one for one in self.world.deliveries if one.guid == guid), None)
        if first is None:
            raise Refused(f"delivery {guid} is not known")
        again = self.hook.post_again(first)
        await self.hook.settle(again)
        return again

    def grant_app(self, order: GrantApp) -> None:
        """What the App may besides the usual, from its next token on."""
        self.world.grant(order.permissions, at_once=order.at_once)

    def rename(self, order: Rename) -> str:
        """Calls of the old name are redirected from now on; returns the new name ("owner/name")."""
        return self.world.rename(order.repository, order.name).full_name

    def add_token(self, text: str, login: str, permissions: Mapping[str, str] | None = None) -> Token:
        return self.world.add_token(text, login, permissions)

    def revoke_tokens(self) -> int:
        return self.world.revoke_tokens()

    def inject(self, fault: Fault) -> None:
        self.door.faults.add(fault)

    def clear_faults(self, account: str | None = None) -> None:
        """Those that concern `account` alone, or else all."""
        self.door.faults.clear(account)

    def storm(self, order: Storm) -> None:
        """Calls and deliveries are struck from now on, in place of any storm before."""
        self.current_storm.begin(order)

    def calm(self) -> None:
        """Ends the storm, so that everything can settle. What it has struck is still told by `state`."""
        self.current_storm.calm()

    def set_clock(self, order: SetClock) -> datetime:
        """Puts GitHub's clock ahead of (or behind) the true time; returns what it shows."""
        self.world.offset = order.offset
        return self.world.now()

    def on_call(self, listener: Listener) -> Callable[[], None]:
        """`listener` is awaited before and after every call of the API; returns what ends that."""
        return self.door.calls.listen(listener)

    async def settle(self) -> None:
        """Returns when every delivery so far was answered or given up."""
        await self.hook.settle()

    def state(self) -> dict[str, Any]:
        return report(self.world, self.door.calls.counts, self.current_storm.struck)

    async def stop(self) -> None:
        """Gives up the deliveries under way."""
        await self.hook.close()
