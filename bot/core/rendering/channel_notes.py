"""Renders notes about the channels that GitHub refuses: what is missing, why, and what to do."""

from collections.abc import Collection, Sequence

from bot.core.channels import Channel, DisabledChannel
from bot.core.markdown import clip, inline
from bot.core.review import Finding

_MAX_REASON = 500

# What failed, and the consequence for the reader.
_NOTES: dict[Channel, tuple[str, str]] = {
    Channel.COMMENT: ("Could not write the summary comment", "Its content is shown here instead."),
    Channel.LINES: ("Could not post inline comments", "Their findings are listed here instead."),
    Channel.CHECK: (
        "Could not create or complete the check run",
        "An existing check may not show the outcome of this review.",
    ),
    Channel.LABELS: ("Could not set labels", ""),
    Channel.THREADS: ("Could not reply in review threads", "The status of their findings is listed here."),
    Channel.HISTORY: (
        "Could not read earlier inline comments",
        "To avoid duplicates, no inline comments were posted. All findings are listed here.",
    ),
    Channel.BLOCKING: (
        "Could not request changes or withdraw the request",
        "Maintainers must decide whether this can be merged.",
    ),
    Channel.COMMITS: ("Could not read the commits", "The review covers the change as a whole."),
}

_PLACES = {
    Channel.COMMENT: "the comment",
    Channel.CHECK: "the check run",
    Channel.LINES: "inline comments",
}


def notes(shut: Sequence[DisabledChannel], but: Collection[Channel] = ()) -> str:
    """A note on each channel in `shut`, except for the channels `but`."""
    listed = [channel for channel in shut if channel.channel in _NOTES and channel.channel not in but]
    return "\n>\n".join(f"> {_note(channel)}" for channel in listed)


def _note(shut: DisabledChannel) -> str:
    failure, consequence = _NOTES[shut.channel]
    reason = inline(_clipped(shut))
    cause = f"GitHub refused the request ({reason})" if shut.refused else reason
    advice = inline(shut.advice)
    return " ".join(filter(None, [f"{failure}: {cause}.", f"{advice}." if advice else "", consequence]))


def render_skipped_error(shut: Sequence[DisabledChannel]) -> str:
    """The error of a review that was skipped because GitHub refused every part of the previous one."""
    return f"skipped to save tokens, because GitHub refused every part of the last review: {_where(shut)}"


def render_unposted_error(shut: Sequence[DisabledChannel], unshown: Sequence[Finding] = ()) -> str:
    """The error of a review that GitHub refused on every channel, as plain text for the operator. `unshown`
    are findings that are not stored elsewhere.
    """
    listed = [
        f"{finding.path}:{finding.line} {finding.severity}: {clip(finding.title, 200)}" for finding in unshown
    ]
    found = f". Findings: {'; '.join(listed)}" if listed else ""
    return f"the review is complete, but GitHub refused every part of it: {_where(shut)}{found}"


def _where(shut: Sequence[DisabledChannel]) -> str:
    """The channels that could show a review, why each failed, and what to do."""
    reasons = [
        f"{_PLACES[channel.channel]} ({_clipped(channel)})" for channel in shut if channel.channel in _PLACES
    ]
    advice = next((f". {channel.advice}" for channel in shut if channel.advice), "")
    return ("; ".join(reasons) or "no channel is available") + advice


def _clipped(shut: DisabledChannel) -> str:
    return clip(shut.reason, _MAX_REASON).rstrip(".")
