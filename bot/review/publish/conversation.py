"""Posts idempotent comments in the conversation of a pull request."""

from bot.core.best_effort import best_effort
from bot.core.change import PullRef
from bot.review.ports import Forge


async def post(forge: Forge, ref: PullRef, marker: str, body: str, *, patient: bool) -> None:
    """Updates the comment that contains `marker`, or creates one. If GitHub cannot list the comments, it
    creates one: a duplicate reply is better than none.

    Raises `Refused` if nothing can be posted; `Retry` when the job is `patient`, and at a rate limit.
    """
    search = forge.find_comment(ref, marker)
    existing = await best_effort(search, None, what="earlier comments", ref=ref, patient=patient)
    if existing is None:
        await forge.add_comment(ref, marker, body)
    else:
        await forge.put_comment(ref, marker, body, existing.id)
