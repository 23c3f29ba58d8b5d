"""What people change on pulls besides their commits: title and text, reviews, the lock."""

from typing import Any

from bot.core.errors import Refused
from github_simulator.control_requests import EditPull, EditReview, Lock, SubmitReview, Tell, Unlock
from github_simulator.stage import Done, Stage
from github_simulator.state import Delivery, Review, Unknown


class Editing(Stage):
    """The methods return when the deliveries that they begin were answered."""

    async def edit(self, repository: str, number: int, order: EditPull) -> Done:
        """Somebody edits the title or the text of a pull."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        changes: dict[str, Any] = {}
        for name in ("title", "body"):
            before, after = getattr(pull, name), getattr(order, name)
            if after is not None and after != before:
                changes[name] = {"from": before or ""}
                setattr(pull, name, after)
        if not changes:
            raise Refused("nothing is edited: name another title or body")
        pull.updated = self.world.now()
        return await self.told(pull, self.events.pull("edited", pull, user, changes=changes))

    async def submit_review(self, repository: str, number: int, order: SubmitReview) -> Done:
        """A user reviews a pull."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        if order.permission is not None:
            self.world.repository(repository).granted[user.login.lower()] = order.permission
        if not order.body.strip() and order.state != "APPROVED":
            raise Refused("a review that approves nothing needs a text")
        now = self.world.now()
        review = Review(self.world.new_id(), user, order.state, order.body, pull.head.sha, now)
        pull.reviews[review.id] = review
        done = await self.told(pull, self.events.review("submitted", pull, review, user))
        return done._replace(review=review)

    async def edit_review(self, repository: str, number: int, order: EditReview) -> Done:
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        review = pull.reviews.get(order.review)
        if review is None:
            raise Unknown(f"review {order.review}")
        before, review.body = review.body, order.body
        return await self.told(pull, self.events.review("edited", pull, review, user, before))

    async def lock(self, repository: str, number: int, order: Lock) -> Done:
        """Nobody but those who may write can say anything from now on, and no app."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        pull.locked = order.reason
        return await self.told(pull, self.events.pull("locked", pull, user))

    async def unlock(self, repository: str, number: int, order: Unlock) -> Done:
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        pull.locked = None
        return await self.told(pull, self.events.pull("unlocked", pull, user))

    async def tell(self, order: Tell) -> Delivery | None:
        """A delivery of any event at all."""
        delivery = self.events.anything(order.event, order.payload)
        if delivery is not None:
            await self.hook.settle(delivery)
        return delivery
