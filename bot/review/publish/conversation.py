"""Posts idempotent comments in the conversation of a pull request."""

from bot.core.best_effort import best_effort
from bot.core.change import PullRef
from bot.core.comments.comment import MarkedText
from bot.review.ports import Forge


async def post(forge: Forge, ref: PullRef, text: MarkedText, *, patient: bool) -> None:
    """Updates the comment that contains the text's marker, or creates one. If GitHub cannot list the
    comments, it creates one: a duplicate reply is better than none.

    Raises `Refused` if nothing can be posted; `Retry` when the job is `patient`, and at a rate limit.
    """
    search = forge.find_comment(ref, text.marker)
    existing = await best_effort(search, None, what="earlier comments", ref=ref, patient=patient)
    if existing is None:
        await forge.add_comment(ref, text)
    else:
        await forge.put_comment(ref, text, existing.id)
