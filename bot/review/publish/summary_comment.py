"""The summary comment of a pull request: one, whatever is written into it."""

from collections.abc import Callable, Sequence

import structlog

from bot.core.change import Pull
from bot.core.channels import DisabledChannel
from bot.core.errors import Refused
from bot.core.jobs import Cause, Task
from bot.core.rendering import (
    has_banner,
    render_failure,
    render_placeholder,
    render_restored,
    summary_marker,
)
from bot.review.ports import Forge, PublishedState

log = structlog.get_logger()

Banner = Callable[[str | None, Sequence[DisabledChannel]], str]
"""A comment's body, from the one that it has now and the other channels that are shut."""


class SummaryComment:
    """`renewals` is how often one that a person has deleted is written again unasked; a command always gets
    one.

    The methods raise `Refused` or `Retry`, and return the comment's id: None where it is not to be written.
    """

    def __init__(self, forge: Forge, published: PublishedState, *, renewals: int) -> None:
        self._forge = forge
        self._published = published
        self._renewals = renewals

    async def announce(self, pull: Pull, task: Task) -> int | None:
        """Says that a review is under way, above the one that is there."""
        body = render_placeholder(pull, task, await self._body(pull))
        return await self.put(pull, body, renew=task.cause is Cause.COMMAND)

    async def put_banner(
        self, pull: Pull, banner: Banner, shut: Sequence[DisabledChannel] = ()
    ) -> int | None:
        """Above the review that is there."""
        return await self.put(pull, banner(await self._body(pull), shut))

    async def end(self, pull: Pull, banner: Banner, shut: Sequence[DisabledChannel] = ()) -> int | None:
        """The same, also where GitHub does not show the comment: that a review is under way must not stay."""
        try:
            body = await self._body(pull)
        except Refused as error:
            log.warning("summary_comment_unreadable", pull=str(pull.ref), reason=str(error))
            body = None
        return await self.put(pull, banner(body, shut))

    async def restore(self, pull: Pull, reason: str) -> None:
        """Takes the banner off the review that is there; without one, says that it failed, for `reason`."""
        body = await self._body(pull)
        if body and has_banner(body):
            await self.put(pull, render_restored(body) or render_failure(pull, reason))

    async def put(self, pull: Pull, body: str, *, renew: bool = False) -> int | None:
        """A comment that was there and is gone was deleted by a person, who wants it no more."""
        known, renewed = await self._published.comment_of(pull.ref) or (None, 0)
        may_create = known is None or renew or renewed < self._renewals
        number = await self._forge.put_comment(pull.ref, summary_marker(), body, known, create=may_create)
        if number is not None and number != known:
            await self._published.remember_comment(pull.ref, number, renewed + (known is not None))
        return number

    async def _body(self, pull: Pull) -> str | None:
        comment = await self._forge.find_comment(pull.ref, summary_marker())
        return comment.body if comment else None
