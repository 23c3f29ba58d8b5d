"""Edits titles, bodies and reviews of pulls, and locks conversations."""

from typing import Any

from bot.core.errors import Refused
from github_simulator.base import Done, SimulatorBase
from github_simulator.control_requests import EditPull, EditReview, Lock, SubmitReview, Tell, Unlock
from github_simulator.state import Delivery, Review, Unknown


class Editing(SimulatorBase):
    """Edits of pulls. Methods return after their deliveries were answered."""

    async def edit(self, repository: str, number: int, order: EditPull) -> Done:
        """A user edits the title or the body of a pull."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        changes: dict[str, Any] = {}
        for name in ("title", "body"):
            before, after = getattr(pull, name), getattr(order, name)
            if after is not None and after != before:
                changes[name] = {"from": before or ""}
                setattr(pull, name, after)
        if not changes:
            raise Refused("nothing changes: give a different title or body")
        pull.updated = self.world.now()
        return await self.finish(pull, self.events.pull("edited", pull, user, changes=changes))

    async def submit_review(self, repository: str, number: int, order: SubmitReview) -> Done:
        """A user reviews a pull."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        if order.permission is not None:
            self.world.repository(repository).granted[user.login.lower()] = order.permission
        if not order.body.strip() and order.state != "APPROVED":
            raise Refused("a review other than an approval needs a body")
        now = self.world.now()
        review = Review(self.world.new_id(), user, order.state, order.body, pull.head.sha, now)
        pull.reviews[review.id] = review
        done = await self.finish(pull, self.events.review("submitted", pull, review, user))
        return done._replace(review=review)

    async def edit_review(self, repository: str, number: int, order: EditReview) -> Done:
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        review = pull.reviews.get(order.review)
        if review is None:
            raise Unknown(f"review {order.review}")
        before, review.body = review.body, order.body
        return await self.finish(pull, self.events.review("edited", pull, review, user, before))

    async def lock(self, repository: str, number: int, order: Lock) -> Done:
        """Locks the conversation: only users with write permission can comment, and no app."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        pull.locked = order.reason
        return await self.finish(pull, self.events.pull("locked", pull, user))

    async def unlock(self, repository: str, number: int, order: Unlock) -> Done:
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        pull.locked = None
        return await self.finish(pull, self.events.pull("unlocked", pull, user))

    async def tell(self, order: Tell) -> Delivery | None:
        """Sends a delivery of any event."""
        delivery = self.events.send(order.event, order.payload)
        if delivery is not None:
            await self.hook.settle(delivery)
        return delivery
