"""Renders everything that the bot writes on GitHub: pure functions from values to Markdown.

Text from a model, an author or a server is sanitized by `bot.core.markdown`. No body exceeds GitHub's
length limit.
"""

from bot.core.rendering.banner import (
    has_banner,
    render_failure,
    render_parked,
    render_placeholder,
    render_restored,
    render_superseded,
    render_withdrawn,
)
from bot.core.rendering.channel_notes import render_skipped_error, render_unposted_error
from bot.core.rendering.checks import (
    CHECK_NAME,
    render_check,
    render_check_cancelled,
    render_check_failure,
    render_check_not_repeated,
    render_check_progress,
    render_check_repeated,
    render_check_repeating,
    render_check_skipped,
    render_check_waiting,
    render_check_withdrawn,
    with_notes,
)
from bot.core.rendering.inline_comments import (
    read_comment,
    render_fixed,
    render_inline,
    render_reintroduced,
    render_review_body,
)
from bot.core.rendering.labels import choose_labels
from bot.core.rendering.markers import (
    back_marker,
    blocking_marker,
    by_key,
    finding_marker,
    fixed_marker,
    has_reply,
    is_whole,
    key_of,
    partial_marker,
    reported_status,
    review_marker,
    summary_marker,
)
from bot.core.rendering.placement import Placement, PlacementKind, place
from bot.core.rendering.report import Report
from bot.core.rendering.summary import render_partial, render_summary

__all__ = [
    "CHECK_NAME",
    "Placement",
    "PlacementKind",
    "Report",
    "back_marker",
    "blocking_marker",
    "by_key",
    "choose_labels",
    "finding_marker",
    "fixed_marker",
    "has_banner",
    "has_reply",
    "is_whole",
    "key_of",
    "partial_marker",
    "place",
    "read_comment",
    "render_check",
    "render_check_cancelled",
    "render_check_failure",
    "render_check_not_repeated",
    "render_check_progress",
    "render_check_repeated",
    "render_check_repeating",
    "render_check_skipped",
    "render_check_waiting",
    "render_check_withdrawn",
    "render_failure",
    "render_fixed",
    "render_inline",
    "render_parked",
    "render_partial",
    "render_placeholder",
    "render_reintroduced",
    "render_restored",
    "render_review_body",
    "render_skipped_error",
    "render_summary",
    "render_superseded",
    "render_unposted_error",
    "render_withdrawn",
    "reported_status",
    "review_marker",
    "summary_marker",
    "with_notes",
]
