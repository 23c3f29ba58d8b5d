"""The summary comment while there is no review yet, or none any more: a banner, and below it the
review of an earlier commit, where there is one.

The banner stands between two markers, so that the next one takes its place.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.core.change import Pull
from bot.core.channels import Channel, DisabledChannel
from bot.core.jobs import Cause, Task
from bot.core.markdown import MAX_COMMENT, code, inline, shorten
from bot.core.rendering.channel_notes import notes
from bot.core.rendering.links import commit
from bot.core.rendering.markers import STATUS_END, STATUS_START, summary_marker
from bot.core.rendering.phrases import moment

AGAIN = "Comment `/review` to ask again."
LATER = "Asking again helps only when that has changed."

_CAUSES = {
    Cause.OPENED: "this pull request was opened",
    Cause.PUSHED: "commits were pushed",
    Cause.REOPENED: "this pull request was reopened",
    Cause.READY: "this pull request is ready for review",
    Cause.COMMAND: "somebody asked for it",
    Cause.MISSED: "it had no review yet",
    Cause.LABELED: "a label asks for it",
    Cause.CHECKED: "the other checks have passed",
    Cause.CLOSED: "this pull request was closed",
    Cause.UNLABELED: "a label was taken off",
    Cause.RETITLED: "the title was edited",
    Cause.DRAFTED: "this pull request became a draft",
    Cause.RERUN: "the check was asked for again",
    Cause.QUEUED: "this pull request is in a merge queue",
    Cause.UNQUEUED: "this pull request left a merge queue",
}


def render_placeholder(pull: Pull, task: Task, previous: str | None = None) -> str:
    """Says at once what is being reviewed. `previous` is the body that the comment has now."""
    cause = _CAUSES[task.cause]
    if task.cause in (Cause.COMMAND, Cause.RERUN) and task.actor:
        cause = f"{code(task.actor)} asked for it"
    sentence = f"**Reviewing {commit(pull.head, pull.url)}** because {cause}. The result will appear here."
    return _over(previous, sentence)


def render_failure(
    pull: Pull,
    reason: str,
    *,
    retry: datetime | None = None,
    again: bool = False,
    previous: str | None = None,
    shut: Sequence[DisabledChannel] = (),
) -> str:
    """Says why there is no review, and when it is tried again or how to ask for it. `again`: asking again may
    help, with nothing changed. `shut` are the other channels on which that cannot be said.
    """
    asked = AGAIN if again else LATER
    then = f"It will be tried again at {moment(retry)}." if retry else asked
    sentence = f"**{commit(pull.head, pull.url)} could not be reviewed:** {_sentence(reason)} {then}"
    return _over(previous, sentence, shut)


def render_parked(pull: Pull, reason: str, due: datetime, previous: str | None = None) -> str:
    """Says what the review waits for and until when."""
    sentence = (
        f"**The review of {commit(pull.head, pull.url)} waits** until {moment(due)}: {_sentence(reason)}"
    )
    return _over(previous, sentence)


def render_superseded(
    pull: Pull, newer: str, previous: str | None = None, shut: Sequence[DisabledChannel] = ()
) -> str:
    """Says that the review was stopped for a newer commit; `newer` may be empty where not known."""
    instead = f"Superseded by {commit(newer, pull.url)}." if newer else "A newer commit superseded it."
    sentence = f"**The review of {commit(pull.head, pull.url)} was stopped.** {instead}"
    return _over(previous, sentence, shut)


def render_withdrawn(
    pull: Pull, reason: str, previous: str | None = None, shut: Sequence[DisabledChannel] = ()
) -> str:
    """Says that the review will not be made, for a reason that is no failure."""
    sentence = f"**{commit(pull.head, pull.url)} was not reviewed:** {_sentence(reason)} {AGAIN}"
    return _over(previous, sentence, shut)


def has_banner(body: str) -> bool:
    """Whether `body`, a summary comment, speaks of a review that is not there."""
    return STATUS_START in body


def render_restored(previous: str) -> str | None:
    """`previous` without its banner; None where there is nothing else."""
    review = earlier_review(previous)
    return f"{summary_marker()}\n{review}\n" if review else None


def earlier_review(body: str | None) -> str:
    """What `body`, a summary comment, holds besides marker and banner."""
    text = (body or "").strip().removeprefix(summary_marker())
    before, start, rest = text.partition(STATUS_START)
    if start:
        text = before + rest.partition(STATUS_END)[2]
    return text.strip().removeprefix(_EARLIER).strip()


_EARLIER = "*Below is the review of an earlier state.*"


def _over(previous: str | None, sentence: str, shut: Sequence[DisabledChannel] = ()) -> str:
    told = "\n>\n".join(filter(None, (f"> {sentence}", notes(shut, but=(Channel.COMMENT,)))))
    banner = f"{summary_marker()}\n{STATUS_START}\n{told}\n"
    review = earlier_review(previous)
    if not review:
        return f"{banner}{STATUS_END}\n"
    banner += f"\n{_EARLIER}\n{STATUS_END}\n\n"
    return banner + shorten(review, MAX_COMMENT - len(banner))


def _sentence(text: str) -> str:
    """`text` on one line, ended as a sentence."""
    line = inline(text)
    return line if line.endswith((".", "!", "?")) else f"{line}."
