"""Comments, reactions, labels and permissions of people."""

from bot.core.errors import Refused
from github_simulator.api.anchors import Draft, Spot
from github_simulator.api.refusals import Refusal
from github_simulator.api.saying import in_thread, on_file, on_line
from github_simulator.base import Done, SimulatorBase, to_refused
from github_simulator.control_requests import (
    Archive,
    BeginReview,
    Block,
    LabelPull,
    Permit,
    React,
    ResolveThread,
    Say,
    SayOnLines,
)
from github_simulator.state import (
    Account,
    Comment,
    Delivery,
    InlineComment,
    Permission,
    Pull,
    Reaction,
    Review,
    Unknown,
)
from github_simulator.state.labels import attach_labels, detach_label


class People(SimulatorBase):
    """Actions of people. Methods return after their deliveries were answered."""

    async def say(self, repository: str, number: int, order: Say) -> Done:
        """A user comments on a pull."""
        pull = self.world.pull(repository, number)
        self._grant(repository, order.user, order.permission)
        now, user = self.world.now(), self.world.account(order.user)
        comment = Comment(self.world.new_id(), user, order.body, now, now)
        pull.comments[comment.id] = comment
        done = await self.finish(pull, self.events.comment("created", pull, comment, user))
        return done._replace(comment=comment)

    async def say_on_lines(self, repository: str, number: int, order: SayOnLines) -> Done:
        """A user comments on lines or on a file, or replies in a thread."""
        pull = self.world.pull(repository, number)
        self._grant(repository, order.user, order.permission)
        user = self.world.account(order.user)
        try:
            comment = _new_comment(Spot(self.world, pull, pull.head, user, by_app=False), order)
        except Refusal as refusal:
            raise to_refused(refusal) from None
        pull.inline[comment.id] = comment
        done = await self.finish(pull, self.events.inline("created", pull, comment, user))
        return done._replace(comment=comment)

    async def delete_comment(self, repository: str, number: int, comment: int) -> Done:
        """The pull's author deletes a comment in the conversation or on lines."""
        pull = self.world.pull(repository, number)
        if comment in pull.inline:
            inline = pull.inline.pop(comment)
            return await self.finish(pull, self.events.inline("deleted", pull, inline, pull.author))
        _, found = self.world.find_comment(self.world.repository(repository), comment)
        del pull.comments[comment]
        return await self.finish(pull, self.events.comment("deleted", pull, found, pull.author))

    def react(self, repository: str, number: int, order: React) -> None:
        """A user reacts to a comment, for which GitHub sends no event. Idempotent."""
        pull = self.world.pull(repository, number)
        comment = pull.comments.get(order.comment) or pull.inline.get(order.comment)
        if comment is None:
            raise Unknown(f"comment {order.comment}")
        user = self.world.account(order.user)
        if all(given.user is not user or given.content != order.content for given in comment.reactions):
            reaction = Reaction(self.world.new_id(), user, order.content, self.world.now())
            comment.reactions.append(reaction)

    async def resolve_thread(self, repository: str, number: int, order: ResolveThread) -> Done:
        """A user resolves or reopens the thread that contains a comment."""
        pull = self.world.pull(repository, number)
        comment = pull.inline.get(order.comment)
        if comment is None:
            raise Unknown(f"review comment {order.comment}")
        if (comment.thread in pull.resolved) == order.resolved:
            raise Refused(
                f"the thread of {order.comment} is {'resolved' if order.resolved else 'open'} already"
            )
        user = self.world.account(order.user)
        if order.resolved:
            pull.resolved[comment.thread] = user
        else:
            del pull.resolved[comment.thread]
        action = "resolved" if order.resolved else "unresolved"
        return await self.finish(pull, self.events.thread(action, pull, comment.thread, user))

    async def label(self, repository: str, number: int, order: LabelPull) -> Done:
        """A user adds and removes labels; each sends its own event."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        return await self.finish(
            pull, *self._add_labels(pull, order, user), *self._remove_labels(pull, order, user)
        )

    def archive(self, order: Archive) -> None:
        self.world.add_repository(order.repository).archived = order.archived

    def block(self, order: Block) -> None:
        blocks = self.world.account(order.user).blocks
        (blocks.discard if order.lifted else blocks.add)(order.blocked.lower())

    def begin_review(self, repository: str, number: int, order: BeginReview) -> int:
        """A user starts a review, which stays pending. Returns its id."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        if pull.pending(user):
            raise Refused(f"{order.user} already has a pending review on {repository}#{number}")
        review = Review(self.world.new_id(), user, "PENDING", order.body, pull.head.sha, None)
        pull.reviews[review.id] = review
        return review.id

    def permit(self, order: Permit) -> None:
        account = self.world.account(order.user)
        repository = self.world.add_repository(order.repository)
        repository.granted[account.login.lower()] = order.permission

    def _grant(self, repository: str, user: str, permission: Permission | None) -> None:
        if permission is not None:
            self.permit(Permit(repository=repository, user=user, permission=permission))

    def _add_labels(self, pull: Pull, order: LabelPull, user: Account) -> list[Delivery | None]:
        repo = self.world.repository(pull.repository)
        added = attach_labels(self.world, repo, pull, order.add)
        return [self.events.label("labeled", pull, name, user) for name in added]

    def _remove_labels(self, pull: Pull, order: LabelPull, user: Account) -> list[Delivery | None]:
        removed = [detach_label(pull, name) for name in order.remove]
        return [self.events.label("unlabeled", pull, name, user) for name in removed if name is not None]


def _new_comment(spot: Spot, order: SayOnLines) -> InlineComment:
    if order.reply_to is not None:
        first = spot.pull.inline.get(order.reply_to)
        if first is None:
            raise Unknown(f"review comment {order.reply_to}")
        return in_thread(spot, spot.pull.inline.get(first.thread, first), order.body)
    if order.path is None:
        raise Refused("give a location: `reply_to`, or `path` (and `line`, unless it is on the whole file)")
    if order.line is None:
        return on_file(spot, order.path, order.body)
    return on_line(
        spot, Draft(order.path, order.body, order.line, order.side, order.start, order.side, position=None)
    )
