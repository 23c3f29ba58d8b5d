"""Writes the single summary comment of a pull request."""

from collections.abc import Callable, Sequence

import structlog

from bot.core.change import Pull
from bot.core.channels import DisabledChannel
from bot.core.comments.comment import MarkedText
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
"""Renders a comment's body from its present body and the disabled channels."""


class SummaryComment:
    """`renewals` is how often a comment that a person has deleted is recreated automatically; a command
    always recreates it.

    The methods raise `Refused` or `Retry`, and return the comment's id; None if it is not to be recreated.
    """

    def __init__(self, forge: Forge, published: PublishedState, *, renewals: int) -> None:
        self._forge = forge
        self._published = published
        self._renewals = renewals

    async def announce(self, pull: Pull, task: Task) -> int | None:
        """Puts a banner that a review is in progress above the present review."""
        body = render_placeholder(pull, task, await self._body(pull))
        return await self.put(pull, body, renew=task.cause is Cause.COMMAND)

    async def put_banner(
        self, pull: Pull, banner: Banner, shut: Sequence[DisabledChannel] = ()
    ) -> int | None:
        """Puts a banner above the present review."""
        return await self.put(pull, banner(await self._body(pull), shut))

    async def end(self, pull: Pull, banner: Banner, shut: Sequence[DisabledChannel] = ()) -> int | None:
        """Like `put_banner`, but also if the comment cannot be read: "in progress" must not stay."""
        try:
            body = await self._body(pull)
        except Refused as error:
            log.warning("summary_comment_unreadable", pull=str(pull.ref), reason=str(error))
            body = None
        return await self.put(pull, banner(body, shut))

    async def restore(self, pull: Pull, reason: str) -> None:
        """Removes the banner from the present review; without a review, posts the failure `reason`."""
        body = await self._body(pull)
        if body and has_banner(body):
            await self.put(pull, render_restored(body) or render_failure(pull, reason))

    async def put(self, pull: Pull, body: str, *, renew: bool = False) -> int | None:
        """Writes the comment. If it is gone, a person deleted it, so it is recreated within limits only."""
        known, renewed = await self._published.comment_of(pull.ref) or (None, 0)
        may_create = known is None or renew or renewed < self._renewals
        text = MarkedText(summary_marker(), body)
        number = await self._forge.put_comment(pull.ref, text, known, create=may_create)
        if number is not None and number != known:
            await self._published.remember_comment(pull.ref, number, renewed + (known is not None))
        return number

    async def _body(self, pull: Pull) -> str | None:
        comment = await self._forge.find_comment(pull.ref, summary_marker())
        return comment.body if comment else None
