"""Renders the banner of the summary comment: the state of a review without a result, above the review of an
earlier commit if there is one.

Two markers enclose the banner, so that the next one replaces it.
"""

from collections.abc import Sequence
from datetime import datetime

from bot.core.change import Pull
from bot.core.channels import Channel, DisabledChannel
from bot.core.jobs import Cause, Task
from bot.core.markdown import MAX_COMMENT, code, inline, shorten
from bot.core.phrases import moment
from bot.core.rendering.channel_notes import notes
from bot.core.rendering.links import commit
from bot.core.rendering.markers import STATUS_END, STATUS_START, summary_marker

AGAIN = "Comment `/review` to try again."
LATER = "Resolve this before you request another review."

_CAUSES = {
    Cause.OPENED: "this pull request was opened",
    Cause.PUSHED: "commits were pushed",
    Cause.REOPENED: "this pull request was reopened",
    Cause.READY: "this pull request is ready for review",
    Cause.COMMAND: "a review was requested",
    Cause.MISSED: "it had not been reviewed yet",
    Cause.LABELED: "a label requested it",
    Cause.CHECKED: "the other checks have passed",
    Cause.CLOSED: "this pull request was closed",
    Cause.UNLABELED: "a label was removed",
    Cause.RETITLED: "the title was edited",
    Cause.DRAFTED: "this pull request became a draft",
    Cause.RERUN: "the check was re-run",
    Cause.QUEUED: "this pull request entered a merge queue",
    Cause.UNQUEUED: "this pull request left a merge queue",
    Cause.REPLIED: "a person replied to a finding",
}


def render_placeholder(pull: Pull, task: Task, previous: str | None = None) -> str:
    """Announces the review. `previous` is the current body of the comment."""
    cause = _CAUSES[task.cause]
    if task.cause in (Cause.COMMAND, Cause.RERUN) and task.actor:
        cause = f"{code(task.actor)} requested it"
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
    """Explains why the review failed, and when the bot retries or how to request it. `again`: another attempt
    may succeed without changes. `shut` are the other channels that GitHub refuses.
    """
    advice = AGAIN if again else LATER
    if retry:
        advice = f"The bot will retry at {moment(retry)}."
    sentence = f"**Review of {commit(pull.head, pull.url)} failed:** {_sentence(reason)} {advice}"
    return _over(previous, sentence, shut)


def render_parked(pull: Pull, reason: str, due: datetime, previous: str | None = None) -> str:
    """Explains why and until when the review waits."""
    sentence = (
        f"**Review of {commit(pull.head, pull.url)} postponed** until {moment(due)}: {_sentence(reason)}"
    )
    return _over(previous, sentence)


def render_superseded(
    pull: Pull, newer: str, previous: str | None = None, shut: Sequence[DisabledChannel] = ()
) -> str:
    """Reports that the newer commit `newer` (empty if unknown) superseded the review."""
    instead = f"Superseded by {commit(newer, pull.url)}." if newer else "A newer commit superseded it."
    sentence = f"**Review of {commit(pull.head, pull.url)} stopped.** {instead}"
    return _over(previous, sentence, shut)


def render_withdrawn(
    pull: Pull, reason: str, previous: str | None = None, shut: Sequence[DisabledChannel] = ()
) -> str:
    """Reports that the review was cancelled for a reason other than a failure."""
    sentence = f"**{commit(pull.head, pull.url)} was not reviewed:** {_sentence(reason)} {AGAIN}"
    return _over(previous, sentence, shut)


def has_banner(body: str) -> bool:
    """Whether `body`, a summary comment, contains a banner."""
    return STATUS_START in body


def render_restored(previous: str) -> str | None:
    """`previous` without its banner; None if it holds only the banner."""
    review = earlier_review(previous)
    return f"{summary_marker()}\n{review}\n" if review else None


def earlier_review(body: str | None) -> str:
    """`body`, a summary comment, without its marker and banner."""
    text = (body or "").strip().removeprefix(summary_marker())
    before, start, rest = text.partition(STATUS_START)
    if start:
        text = before + rest.partition(STATUS_END)[2]
    return text.strip().removeprefix(_EARLIER).strip()


_EARLIER = "*The review below is of an earlier commit.*"


def _over(previous: str | None, sentence: str, shut: Sequence[DisabledChannel] = ()) -> str:
    text = "\n>\n".join(filter(None, (f"> {sentence}", notes(shut, but=(Channel.COMMENT,)))))
    banner = f"{summary_marker()}\n{STATUS_START}\n{text}\n"
    review = earlier_review(previous)
    if not review:
        return f"{banner}{STATUS_END}\n"
    banner += f"\n{_EARLIER}\n{STATUS_END}\n\n"
    return banner + shorten(review, MAX_COMMENT - len(banner))


def _sentence(text: str) -> str:
    """`text` on one line, with a full stop."""
    line = inline(text)
    return line if line.endswith((".", "!", "?")) else f"{line}."
