"""What is said on one channel of those that are shut: what is missing, why, and what to do."""

from collections.abc import Collection, Sequence

from bot.core.channels import Channel, DisabledChannel
from bot.core.markdown import clip, inline
from bot.core.review import Finding

_MAX_REASON = 500

# What could not be done, what GitHub refused in a word, and what that means for the reader.
_NOTES: dict[Channel, tuple[str, str, str]] = {
    Channel.COMMENT: (
        "The summary comment could not be written",
        "it",
        "What it would say is said here.",
    ),
    Channel.LINES: ("Line comments could not be posted", "them", "Their findings are listed here."),
    Channel.CHECK: (
        "The check run could not be written or ended",
        "it",
        "Where it is there, it may not show how the review ended.",
    ),
    Channel.LABELS: ("Labels could not be set", "them", ""),
    Channel.THREADS: (
        "Threads on lines could not be answered",
        "it",
        "What became of their findings is listed here.",
    ),
    Channel.HISTORY: (
        "Earlier comments on lines could not be read",
        "that",
        "Nothing new was put on lines, so that nothing stands there twice. All findings are listed here.",
    ),
    Channel.BLOCKING: (
        "The request for changes could not be made or taken back",
        "it",
        "Whether this may be merged is for people to decide.",
    ),
    Channel.COMMITS: (
        "The commits could not be read",
        "that",
        "The review speaks of the change as a whole.",
    ),
}

_PLACES = {
    Channel.COMMENT: "the comment",
    Channel.CHECK: "the check run",
    Channel.LINES: "comments on lines",
}


def notes(shut: Sequence[DisabledChannel], but: Collection[Channel] = ()) -> str:
    """A sentence or two for each channel that is shut, `but` for those that go without saying here."""
    told = [_note(one) for one in shut if one.channel in _NOTES and one.channel not in but]
    return "\n>\n".join(f"> {note}" for note in told)


def _note(shut: DisabledChannel) -> str:
    what, it, meaning = _NOTES[shut.channel]
    reason = inline(_clipped(shut))
    why = f"GitHub refused {it} ({reason})" if shut.refused else reason
    advice = inline(shut.advice)
    return " ".join(filter(None, [f"{what}: {why}.", f"{advice}." if advice else "", meaning]))


def nowhere_again(shut: Sequence[DisabledChannel]) -> str:
    """The error of a review that was not begun: there would be no place for it, as for the last one."""
    return f"no review was made and none paid for, since GitHub took nothing of the last one: {_where(shut)}"


def nowhere(shut: Sequence[DisabledChannel], unshown: Sequence[Finding] = ()) -> str:
    """The error of a review that is shown on no channel, as plain text for the operator. `unshown` are
    findings that are kept nowhere else.
    """
    listed = [f"{one.path}:{one.line} {one.severity}: {clip(one.title, 200)}" for one in unshown]
    found = f". It found: {'; '.join(listed)}" if listed else ""
    return f"the review was made, but GitHub takes none of it: {_where(shut)}{found}"


def _where(shut: Sequence[DisabledChannel]) -> str:
    """The channels that would show a review, with their reasons, and what to do."""
    told = [f"{_PLACES[one.channel]} ({_clipped(one)})" for one in shut if one.channel in _PLACES]
    advice = next((f". {one.advice}" for one in shut if one.advice), "")
    return ("; ".join(told) or "there is no place for it") + advice


def _clipped(shut: DisabledChannel) -> str:
    return clip(shut.reason, _MAX_REASON).rstrip(".")
