"""The base class of the simulator's mixins: its state, webhook and request pipeline."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from bot.core.errors import Refused
from github_simulator.api.refusals import Refusal
from github_simulator.events import Events
from github_simulator.request_pipeline import RequestPipeline
from github_simulator.shapes.site import Site
from github_simulator.state import Comment, Delivery, InlineComment, Pull, Review, World
from github_simulator.storm import CurrentStorm
from github_simulator.webhook import TIMEOUT, Webhook


class Done(NamedTuple):
    """The result of an action: the pull, the comment or review, if any, and the last delivery."""

    pull: Pull
    delivery: Delivery | None
    comment: Comment | InlineComment | None = None
    review: Review | None = None


class SimulatorBase:
    """A GitHub that sends its deliveries to `webhook`, signed with `secret`.

    `app` is the id of the GitHub App (None: that of the first app that calls), `key` its public key (None:
    any signature is accepted), `permissions` what it has in addition to the defaults ({"contents": "write"}).
    `as_app` False: the webhook is a repository's, and payloads name no installation. `url` is the simulator's
    address, set by the server.
    """

    def __init__(
        self,
        *,
        webhook: str | None = None,
        secret: str = "",
        app: int | None = None,
        key: str | None = None,
        as_app: bool = True,
        permissions: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.url = "http://127.0.0.1"
        self.world = World(app=app, permissions=permissions, clock=clock)
        self.current_storm = CurrentStorm(self.world)
        self.hook = Webhook(self.world, self.current_storm, webhook, secret, timeout=timeout)
        self.events = Events(self.world, self.hook, self.site, as_app=as_app)
        self.pipeline = RequestPipeline(
            self.world, self.events, self.hook, self.current_storm, self.site, key=key
        )

    def site(self) -> Site:
        return Site(api=self.url, html=self.url)

    async def finish(self, pull: Pull, *deliveries: Delivery | None) -> Done:
        """Waits until all deliveries were answered; the result has the last one."""
        for delivery in deliveries:
            if delivery is not None:
                await self.hook.settle(delivery)
        return Done(pull, deliveries[-1] if deliveries else None)


def to_refused(refusal: Refusal) -> Refused:
    """Turns an error of the API into the refusal of a control request."""
    details = [error if isinstance(error, str) else error.get("message") or error for error in refusal.errors]
    return Refused("; ".join([refusal.message, *map(str, details)]))
