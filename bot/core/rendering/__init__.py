"""Every sentence that the bot says on GitHub: pure functions from values to Markdown.

What comes from a model, an author or a server goes through `bot.core.markdown` on its way. A body
is never longer than GitHub takes.
"""

from bot.core.rendering.banner import (
    render_failure,
    render_parked,
    render_placeholder,
    render_superseded,
    render_withdrawn,
)
from bot.core.rendering.checks import (
    CHECK_NAME,
    render_check,
    render_check_cancelled,
    render_check_failure,
    render_check_progress,
    render_check_skipped,
    render_check_waiting,
    render_check_withdrawn,
)
from bot.core.rendering.lines import choose_inline, render_inline, render_review_body
from bot.core.rendering.markers import finding_marker, review_marker, summary_marker
from bot.core.rendering.report import Report
from bot.core.rendering.summary import render_summary

__all__ = [
    "CHECK_NAME",
    "Report",
    "choose_inline",
    "finding_marker",
    "render_check",
    "render_check_cancelled",
    "render_check_failure",
    "render_check_progress",
    "render_check_skipped",
    "render_check_waiting",
    "render_check_withdrawn",
    "render_failure",
    "render_inline",
    "render_parked",
    "render_placeholder",
    "render_review_body",
    "render_summary",
    "render_superseded",
    "render_withdrawn",
    "review_marker",
    "summary_marker",
]
