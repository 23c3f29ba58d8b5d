"""What everything that happens on the simulated GitHub needs: its world, its webhook, its door."""

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
    """What an order led to: on which pull, which comment or review if any, and the delivery that told it."""

    pull: Pull
    delivery: Delivery | None
    comment: Comment | InlineComment | None = None
    review: Review | None = None


class Stage:
    """A GitHub that sends its deliveries to `webhook`, signed with `secret`.

    `app` is the id of the GitHub App (None: whoever comes as an app is it), `key` its public key (None:
    any signature is believed), `permissions` what it has besides the usual ({"contents": "write"}). `as_app`
    False: the webhook is a repository's, payloads name no installation. `url` is where this GitHub is
    reached; whoever serves it sets it.
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
        self.door = RequestPipeline(
            self.world, self.events, self.hook, self.current_storm, self.site, key=key
        )

    def site(self) -> Site:
        return Site(api=self.url, html=self.url)

    async def told(self, pull: Pull, *deliveries: Delivery | None) -> Done:
        """When all deliveries were answered; the last is named."""
        for delivery in deliveries:
            if delivery is not None:
                await self.hook.settle(delivery)
        return Done(pull, deliveries[-1] if deliveries else None)


def reason_of(refusal: Refusal) -> Refused:
    """What the API would refuse, as the refusal of an order."""
    details = [one if isinstance(one, str) else one.get("message") or one for one in refusal.errors]
    return Refused("; ".join([refusal.message, *map(str, details)]))
