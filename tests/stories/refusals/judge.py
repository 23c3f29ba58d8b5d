"""What stands on GitHub in the end, and which of the bot's promises it breaks."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.change import PullRef
from bot.core.jobs import IN_QUEUE, Job, JobState
from bot.engine.queue.transitions import ENDED
from tests.stories.refusals.cell import FILES, Cell
from tests.stories.refusals.model import FLAWS
from tests.stories.refusals.refusals import Called
from tests.stories.stage import BOT

_SUMMARY = "<!-- code-review-bot:summary -->"
_UNDER_WAY = ("> **Reviewing ", " postponed** until ")
_FAILED = " failed:**"
_REPOSITORY = "/repos/{owner}/{repo}"
_PULL = f"{_REPOSITORY}/pulls/{{pull_number}}"
_PULL_COMMENT = f"{_REPOSITORY}/pulls/comments/{{comment_id}}"
_ISSUE = f"{_REPOSITORY}/issues/{{issue_number}}"

# The channel that a call belongs to. "all": without it, nothing can be said anywhere.
_CHANNELS: Mapping[tuple[str, str], str] = {
    ("POST", "/app/installations/{installation_id}/access_tokens"): "all",
    ("GET", f"{_REPOSITORY}/installation"): "all",
    ("GET", f"{_ISSUE}/comments"): "comment",
    ("POST", f"{_ISSUE}/comments"): "comment",
    ("PATCH", f"{_REPOSITORY}/issues/comments/{{comment_id}}"): "comment",
    ("GET", f"{_REPOSITORY}/commits/{{ref}}/check-runs"): "check",
    ("POST", f"{_REPOSITORY}/check-runs"): "check",
    ("PATCH", f"{_REPOSITORY}/check-runs/{{check_run_id}}"): "check",
    ("GET", f"{_PULL}/comments"): "lines",
    ("GET", f"{_PULL}/reviews"): "lines",
    ("POST", f"{_PULL}/reviews"): "lines",
    ("POST", f"{_PULL}/comments"): "lines",
    ("POST", f"{_PULL}/comments/{{comment_id}}/replies"): "threads",
    ("PUT", f"{_PULL}/reviews/{{review_id}}/dismissals"): "blocking",
    ("GET", f"{_PULL}/commits"): "commits",
    ("GET", f"{_ISSUE}/labels"): "labels",
    ("POST", f"{_ISSUE}/labels"): "labels",
    ("DELETE", f"{_ISSUE}/labels/{{name}}"): "labels",
}
# Without these there is nothing to review.
_NEEDED = (
    Called("GET", _PULL),
    Called("GET", f"{_PULL}/files"),
)
# By these the bot learns whether it is to do what somebody asks for, or to whom it would answer.
_ASKING = (
    Called("GET", f"{_REPOSITORY}/collaborators/{{username}}/permission"),
    Called("GET", f"{_PULL_COMMENT}"),
)
_GONE = ("301", "307", "404", "410")  # what has moved has moved to where nothing is
_ANSWERS = ("<!-- code-review-bot:answer ", "<!-- code-review-bot:trouble ")
# How the others tell of a channel that is shut.
_NOTES = {
    "comment": ("Could not write the summary comment",),
    "check": ("Could not create or complete the check run",),
    "lines": ("Could not post inline comments", "Could not read earlier inline comments"),
    "labels": ("Could not set labels",),
    "threads": ("Could not reply in review threads",),
    "blocking": ("Could not request changes or withdraw the request",),
    "commits": ("Could not read the commits",),
}


@dataclass(frozen=True, eq=False)
class Standing:
    """What stands on the pull of a cell, what its jobs came to, and what was paid for. `asked` holds the
    questions about its code, `kept` the titles of the findings that an operator can look up.
    """

    pull: Mapping[str, Any]
    jobs: Sequence[Job]
    asked: Sequence[str]
    kept: str
    errors: Sequence[str]

    @property
    def owes(self) -> bool:
        """Whether the end of a job is still to be told."""
        return any(job.state not in ENDED for job in self.jobs)

    @property
    def comments(self) -> Sequence[str]:
        return [one["body"] for one in self.pull["comments"] if one["user"] == BOT]

    @property
    def summaries(self) -> Sequence[str]:
        return [body for body in self.comments if body.startswith(_SUMMARY)]

    @property
    def checks(self) -> Sequence[Mapping[str, Any]]:
        found: Sequence[Mapping[str, Any]] = self.pull["checks"]
        return found

    @property
    def lines(self) -> Sequence[Mapping[str, Any]]:
        return [one for one in self.pull["inline"] if one["user"] == BOT]

    @property
    def unfinished(self) -> Sequence[str]:
        """What says that a review is under way."""
        checks = ["the check is in progress" for one in self.checks if one["status"] != "completed"]
        banners = [f"the comment says {mark!r}" for mark in _UNDER_WAY if mark in "".join(self.summaries)]
        return checks + banners

    @property
    def told(self) -> str:
        """All that a reader can see."""
        return "\n".join([*self.comments, *(one["body"] for one in self.lines), str(self.checks)])

    @property
    def paid(self) -> Sequence[str]:
        """The titles of the findings that the model has told of."""
        return [flaw["title"] for words, flaw in FLAWS if any(words in asked for asked in self.asked)]

    @property
    def is_reviewed(self) -> bool:
        """Whether a summary comment or a check tells of a finished review."""
        checks = [one["conclusion"] in ("success", "neutral") for one in self.checks]
        return any("## Review of" in body for body in self.summaries) or any(checks)

    @property
    def has_failed(self) -> bool:
        """Whether a reader is told of a failure."""
        return _FAILED in "".join(self.summaries) or any(
            one["conclusion"] == "failure" for one in self.checks
        )


async def look(cell: Cell) -> Standing:
    jobs = await cell.house.jobs(cell.repository)
    record = await cell.house.bot.store.records.latest(
        PullRef(repository=cell.repository, number=cell.number)
    )
    kept = [finding.title for finding in record.review.findings] if record else []
    asked = [str(body["messages"]) for body in cell.house.model.asked if cell.name in str(body["messages"])]
    return Standing(cell.pull, jobs, asked, str([*kept, *(job.error for job in jobs)]), cell.errors)


def judge(
    standing: Standing, usual: Standing, called: Called, refusal: str, *, of_review: bool = True
) -> list[str]:
    """The promises that are broken when `called` is refused. `usual` is what stands when nothing is.
    `of_review`: it was refused to a review, and not to what came behind it.
    """
    channel = _CHANNELS.get(called[:2], "") if not called.variant else ""
    return [
        *_left_in_progress(standing, channel),
        *_green_unread(standing),
        *_lost(standing, channel),
        *_doubled(standing, usual),
        *_given_up(standing, called, channel),
        *_unanswered(standing, usual, called, refusal),
        *_not_repeated(standing, channel),
        *(_silent(standing, usual, channel) if of_review else ()),
        *standing.errors,
    ]


def _left_in_progress(standing: Standing, channel: str) -> Iterator[str]:
    for said in standing.unfinished:
        own = "check" if "check" in said else "comment"
        if channel not in (own, "all"):
            yield said


def _green_unread(standing: Standing) -> Iterator[str]:
    if any(check["conclusion"] == "success" for check in standing.checks):
        unread = [path for path in FILES if not any(path in asked for asked in standing.asked)]
        yield from (f"green although {path} was not read" for path in unread)


def _lost(standing: Standing, channel: str) -> Iterator[str]:
    for title in standing.paid:
        shown = standing.told if channel != "all" else standing.told + standing.kept
        if title not in shown:
            yield f"lost: {title}"


def _doubled(standing: Standing, usual: Standing) -> Iterator[str]:
    """Everything of the bot's begins with a marker of its own."""
    said = Counter((one["reply_to"], one["body"].partition("\n")[0]) for one in standing.lines)
    said.update((0, body.partition("\n")[0]) for body in standing.comments)
    yield from (f"said twice: {marker}" for (_, marker), count in said.items() if count > 1)
    if len(standing.checks) > len(usual.checks):
        yield f"{len(standing.checks)} check runs where {len(usual.checks)} are usual"


def _unanswered(standing: Standing, usual: Standing, called: Called, refusal: str) -> Iterator[str]:
    """Whoever asks is answered, or told what is in the way, unless the conversation takes no word."""
    is_closed = called.template == f"{_ISSUE}/comments" and called.method == "POST"
    is_taken_back = called == _ASKING[1] and refusal in _GONE
    if is_closed or is_taken_back or called == _ASKING[0] or _CHANNELS.get(called[:2]) == "all":
        return
    if _ANSWERS[0] in usual.told and not any(answer in standing.told for answer in _ANSWERS):
        yield "a question is not answered"


def _not_repeated(standing: Standing, channel: str) -> Iterator[str]:
    """What waits for the check gets it: the merge queue, and a suite that was queued again."""
    if channel in ("check", "all"):
        return
    ends = [one["conclusion"] for group in standing.pull["queue"] for one in group["checks"]]
    if len(ends) < len(standing.pull["queue"]) or None in ends:
        yield "the check of the merge queue does not end"
    if any(not suite["app"] and suite["status"] == "queued" for suite in standing.pull["suites"]):
        yield "the suite stays queued"


def _given_up(standing: Standing, called: Called, channel: str) -> Iterator[str]:
    """A review fails only when it cannot be made, or shown nowhere. That it fails is told."""
    if channel == "all":
        return
    if called in _NEEDED:
        if not (standing.has_failed or standing.is_reviewed):
            yield "nobody is told that there is no review"
        return
    if not standing.is_reviewed:
        yield f"no review: {[job.error for job in standing.jobs if job.error]}"
    if standing.has_failed:
        yield "a failure is told although there is a review"
    can_end = [job for job in standing.jobs if channel != "check" or job.task.cause not in IN_QUEUE]
    failed = [job for job in can_end if job.state is JobState.FAILED and job.task.comment is None]
    yield from (f"job failed: {job.error}" for job in failed)


def _silent(standing: Standing, usual: Standing, channel: str) -> Iterator[str]:
    """A channel that does not show what it usually shows is named in another."""
    shows = {
        "comment": any("## Review of" in body for body in standing.summaries),
        "check": any(check["conclusion"] for check in standing.checks),
        "lines": len(standing.lines) >= len(usual.lines),
        "labels": sorted(standing.pull["labels"]) == sorted(usual.pull["labels"]),
        "threads": len(standing.lines) >= len(usual.lines),
        "blocking": [one["state"] for one in standing.pull["reviews"]]
        == [one["state"] for one in usual.pull["reviews"]],
        "commits": False,
    }
    is_told = any(note in standing.told for note in _NOTES.get(channel, ()))
    if standing.is_reviewed and not shows.get(channel, True) and not is_told:
        yield f"nobody is told: {_NOTES[channel][0]}"


def word(standing: Standing) -> str:
    """What a reader sees of it."""
    if standing.is_reviewed:
        noted = any(note in standing.told for notes in _NOTES.values() for note in notes)
        return "review, noted" if noted else "review"
    return "failure told" if standing.has_failed else "nothing"
