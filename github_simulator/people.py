"""What people say and do on pulls."""

from bot.core.errors import Refused
from github_simulator.api.anchors import Draft, Spot
from github_simulator.api.refusals import Refusal
from github_simulator.api.saying import in_thread, on_file, on_line
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
from github_simulator.stage import Done, Stage, reason_of
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
from github_simulator.state.labels import put_on, take_off


class People(Stage):
    """The methods return when the deliveries that they begin were answered."""

    async def say(self, repository: str, number: int, order: Say) -> Done:
        """A user comments on a pull."""
        pull = self.world.pull(repository, number)
        self._grant(repository, order.user, order.permission)
        now, user = self.world.now(), self.world.account(order.user)
        comment = Comment(self.world.new_id(), user, order.body, now, now)
        pull.comments[comment.id] = comment
        done = await self.told(pull, self.events.comment("created", pull, comment, user))
        return done._replace(comment=comment)

    async def say_on_lines(self, repository: str, number: int, order: SayOnLines) -> Done:
        """A user comments on lines or on a file, or answers in a thread."""
        pull = self.world.pull(repository, number)
        self._grant(repository, order.user, order.permission)
        user = self.world.account(order.user)
        try:
            said = _said(Spot(self.world, pull, pull.head, user, by_app=False), order)
        except Refusal as refusal:
            raise reason_of(refusal) from None
        pull.inline[said.id] = said
        done = await self.told(pull, self.events.inline("created", pull, said, user))
        return done._replace(comment=said)

    async def delete_comment(self, repository: str, number: int, comment: int) -> Done:
        """The pull's author deletes a comment, be it in the conversation or on lines."""
        pull = self.world.pull(repository, number)
        if comment in pull.inline:
            lines = pull.inline.pop(comment)
            return await self.told(pull, self.events.inline("deleted", pull, lines, pull.author))
        _, found = self.world.find_comment(self.world.repository(repository), comment)
        del pull.comments[comment]
        return await self.told(pull, self.events.comment("deleted", pull, found, pull.author))

    def react(self, repository: str, number: int, order: React) -> None:
        """A user reacts to a comment, of which GitHub tells nobody. A second time changes nothing."""
        pull = self.world.pull(repository, number)
        comment = pull.comments.get(order.comment) or pull.inline.get(order.comment)
        if comment is None:
            raise Unknown(f"comment {order.comment}")
        user = self.world.account(order.user)
        if all(given.user is not user or given.content != order.content for given in comment.reactions):
            made = Reaction(self.world.new_id(), user, order.content, self.world.now())
            comment.reactions.append(made)

    async def resolve_thread(self, repository: str, number: int, order: ResolveThread) -> Done:
        """A user resolves the thread that a comment is in, or opens it again."""
        pull = self.world.pull(repository, number)
        said = pull.inline.get(order.comment)
        if said is None:
            raise Unknown(f"review comment {order.comment}")
        if (said.thread in pull.resolved) == order.resolved:
            raise Refused(
                f"the thread of {order.comment} is {'resolved' if order.resolved else 'open'} already"
            )
        user = self.world.account(order.user)
        if order.resolved:
            pull.resolved[said.thread] = user
        else:
            del pull.resolved[said.thread]
        action = "resolved" if order.resolved else "unresolved"
        return await self.told(pull, self.events.thread(action, pull, said.thread, user))

    async def label(self, repository: str, number: int, order: LabelPull) -> Done:
        """A user puts labels on a pull and takes others off; each is told of by itself."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        return await self.told(pull, *self._put_on(pull, order, user), *self._take_off(pull, order, user))

    def archive(self, order: Archive) -> None:
        self.world.add_repository(order.repository).archived = order.archived

    def block(self, order: Block) -> None:
        blocks = self.world.account(order.user).blocks
        (blocks.discard if order.lifted else blocks.add)(order.blocked.lower())

    def begin_review(self, repository: str, number: int, order: BeginReview) -> int:
        """Returns the review's id."""
        pull, user = self.world.pull(repository, number), self.world.account(order.user)
        if pull.pending(user):
            raise Refused(f"{order.user} has begun a review on {repository}#{number} already")
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

    def _put_on(self, pull: Pull, order: LabelPull, user: Account) -> list[Delivery | None]:
        known = self.world.repository(pull.repository)
        added = put_on(self.world, known, pull, order.add)
        return [self.events.label("labeled", pull, name, user) for name in added]

    def _take_off(self, pull: Pull, order: LabelPull, user: Account) -> list[Delivery | None]:
        taken = [take_off(pull, name) for name in order.remove]
        return [self.events.label("unlabeled", pull, name, user) for name in taken if name is not None]


def _said(spot: Spot, order: SayOnLines) -> InlineComment:
    if order.reply_to is not None:
        first = spot.pull.inline.get(order.reply_to)
        if first is None:
            raise Unknown(f"review comment {order.reply_to}")
        return in_thread(spot, spot.pull.inline.get(first.thread, first), order.body)
    if order.path is None:
        raise Refused("say where: `reply_to`, or `path` (and `line`, unless it is on the whole file)")
    if order.line is None:
        return on_file(spot, order.path, order.body)
    return on_line(
        spot, Draft(order.path, order.body, order.line, order.side, order.start, order.side, position=None)
    )
