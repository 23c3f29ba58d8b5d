"""The simulated GitHub as an object, for those who hold it: what people do there, and its state."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from bot.core.errors import Refused
from bot.simulator.calls import Listener
from bot.simulator.content import whole_file
from bot.simulator.door import Door
from bot.simulator.events import Events
from bot.simulator.faults import Fault
from bot.simulator.hook import TIMEOUT, Hook
from bot.simulator.orders import OpenPull, Permit, Push, Say, SetClock, WriteFile
from bot.simulator.report import report
from bot.simulator.shapes.site import Site
from bot.simulator.state import Comment, Delivery, Pull, Token, World
from bot.simulator.state.branches import Opening, Written, open_pull, push_commit
from bot.simulator.storm import Storm, Weather


class Done(NamedTuple):
    """What an order led to: on which pull, which comment if any, and the delivery that told of it."""

    pull: Pull
    delivery: Delivery | None
    comment: Comment | None = None


class Simulator:
    """A GitHub that sends its deliveries to `webhook`, signed with `secret`.

    `app` is the id of the GitHub App (None: whoever comes as an app is it), `key` its public key (None:
    any signature is believed). `as_app` False: the webhook is a repository's, payloads name no
    installation. `url` is where this GitHub is reached; whoever serves it sets it.

    The methods that people's doings begin deliveries with return when these were answered. They raise
    `Refused` for what cannot be, and `Unknown` for what is not there.
    """

    def __init__(
        self,
        *,
        webhook: str | None = None,
        secret: str = "",
        app: int | None = None,
        key: str | None = None,
        as_app: bool = True,
        clock: Callable[[], datetime] | None = None,
        timeout: float = TIMEOUT,
    ) -> None:
        self.url = "http://127.0.0.1"
        self.world = World(app=app, clock=clock)
        self.weather = Weather(self.world)
        self.hook = Hook(self.world, self.weather, webhook, secret, timeout=timeout)
        self.events = Events(self.world, self.hook, self.site, as_app=as_app)
        self.door = Door(self.world, self.events, self.hook, self.weather, self.site, key=key)

    def site(self) -> Site:
        return Site(api=self.url, html=self.url)

    async def open_pull(self, order: OpenPull) -> Done:
        repository = self.world.add_repository(order.repository, private=order.private)
        commits = tuple(Written(commit.message, commit.diff) for commit in order.commits)
        author = self.world.account(order.author)
        opening = Opening(order.title, order.body, author, commits, order.branch, order.draft, order.fork)
        pull = open_pull(self.world, repository, opening)
        return await self._told(pull, self.events.pull("opened", pull, author))

    async def push(self, repository: str, number: int, order: Push) -> Done:
        pull = self.world.pull(repository, number)
        before = pull.head.sha
        author = self.world.account(order.author) if order.author else pull.author
        push_commit(self.world, pull, author, Written(order.message, order.diff), force=order.force)
        delivery = self.events.pull("synchronize", pull, author, before=before, after=pull.head.sha)
        return await self._told(pull, delivery)

    async def say(self, repository: str, number: int, order: Say) -> Done:
        """A user comments on a pull."""
        pull = self.world.pull(repository, number)
        if order.permission is not None:
            self.permit(Permit(repository=repository, user=order.user, permission=order.permission))
        now, user = self.world.now(), self.world.account(order.user)
        comment = Comment(self.world.new_id(), user, order.body, now, now)
        pull.comments[comment.id] = comment
        done = await self._told(pull, self.events.comment("created", pull, comment, user))
        return done._replace(comment=comment)

    async def delete_comment(self, repository: str, number: int, comment: int) -> Done:
        """The pull's author deletes a comment."""
        pull = self.world.pull(repository, number)
        _, found = self.world.find_comment(self.world.repository(repository), comment)
        del pull.comments[comment]
        return await self._told(pull, self.events.comment("deleted", pull, found, pull.author))

    async def set_draft(self, repository: str, number: int, *, draft: bool) -> Done:
        pull = self.world.pull(repository, number)
        if pull.draft == draft:
            raise Refused(f"{repository}#{number} is {'a draft' if draft else 'ready for review'} already")
        pull.draft = draft
        return await self._turn(pull, "converted_to_draft" if draft else "ready_for_review")

    async def close(self, repository: str, number: int) -> Done:
        pull = self.world.pull(repository, number)
        if pull.closed:
            raise Refused(f"{repository}#{number} is closed already")
        pull.closed = self.world.now()
        return await self._turn(pull, "closed")

    async def reopen(self, repository: str, number: int) -> Done:
        pull = self.world.pull(repository, number)
        if not pull.closed:
            raise Refused(f"{repository}#{number} is open already")
        pull.closed = None
        return await self._turn(pull, "reopened")

    async def redeliver(self, guid: str) -> Delivery:
        """Sends the delivery again, under the same GUID."""
        first = next((one for one in self.world.deliveries if one.guid == guid), None)
        if first is None:
            raise Refused(f"delivery {guid} is not known")
        again = self.hook.post_again(first)
        await self.hook.settle(again)
        return again

    def permit(self, order: Permit) -> None:
        account = self.world.account(order.user)
        repository = self.world.add_repository(order.repository)
        repository.granted[account.login.lower()] = order.permission

    def write_file(self, order: WriteFile) -> None:
        repository = self.world.add_repository(order.repository)
        repository.files[order.path] = whole_file(order.text)

    def add_token(self, text: str, login: str, permissions: Mapping[str, str] | None = None) -> Token:
        return self.world.add_token(text, login, permissions)

    def revoke_tokens(self) -> int:
        return self.world.revoke_tokens()

    def inject(self, fault: Fault) -> None:
        self.door.faults.add(fault)

    def clear_faults(self) -> None:
        self.door.faults.clear()

    def storm(self, order: Storm) -> None:
        """Calls and deliveries are struck from now on, in place of any storm before."""
        self.weather.begin(order)

    def calm(self) -> None:
        """Ends the storm, so that everything can settle. What it has struck is still told by `state`."""
        self.weather.calm()

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
        return report(self.world, self.door.calls.counts, self.weather.struck)

    async def stop(self) -> None:
        """Gives up the deliveries under way."""
        await self.hook.close()

    async def _turn(self, pull: Pull, action: str) -> Done:
        pull.updated = self.world.now()
        return await self._told(pull, self.events.pull(action, pull, pull.author))

    async def _told(self, pull: Pull, delivery: Delivery | None) -> Done:
        if delivery is not None:
            await self.hook.settle(delivery)
        return Done(pull, delivery)
