"""What is said in the conversation of a pull request, once."""

from bot.core.best_effort import best_effort
from bot.core.change import PullRef
from bot.review.ports import Forge


async def say(forge: Forge, ref: PullRef, marker: str, body: str, *, patient: bool) -> None:
    """In the comment that holds `marker`, or in a new one. Where GitHub does not list the comments, it is
    said all the same: what somebody waits for may rather stand there twice than not at all.

    Raises `Refused` where nothing can be said; `Retry` when the job is `patient`, and at a rate limit.
    """
    asked = forge.find_comment(ref, marker)
    found = await best_effort(asked, None, what="earlier comments", ref=ref, patient=patient)
    if found is None:
        await forge.add_comment(ref, marker, body)
    else:
        await forge.put_comment(ref, marker, body, found.id)
