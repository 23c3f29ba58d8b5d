"""The check run beside the merge button."""

from datetime import datetime

from bot.core.change import Pull
from bot.core.check import Check, Conclusion
from bot.core.markdown import clip, code, inline, shorten
from bot.core.rendering.banner import AGAIN
from bot.core.rendering.coverage import complete, count
from bot.core.rendering.links import SHORT
from bot.core.rendering.report import Report
from bot.core.rendering.sections import missing, problems, verdict
from bot.core.rendering.words import moment, number

CHECK_NAME = "Code review"

_MAX_TITLE = 200


def render_check(report: Report) -> Check:
    """`success` only where a model reviewed everything that can be reviewed, else `neutral`."""
    conclusion = Conclusion.SUCCESS if complete(report) else Conclusion.NEUTRAL
    parts = (verdict(report), missing(report), problems(report))
    summary = shorten("\n\n".join(part for part in parts if part))
    return Check(name=CHECK_NAME, conclusion=conclusion, title=_title(report), summary=summary)


def _title(report: Report) -> str:
    reviewed, total, _ = count(report)
    findings = number(len(report.review.findings), "finding")
    if report.model is None:
        return f"No model: {number(total, 'file')} checked for signals; {findings}"
    return f"Reviewed {reviewed:,} of {number(total, 'file')}; {findings}"


def render_check_progress(pull: Pull) -> Check:
    title = f"Reviewing {pull.head[:SHORT]}"
    return Check(name=CHECK_NAME, title=title, summary="The result appears here and in the summary comment.")


def render_check_waiting(reason: str, due: datetime) -> Check:
    """In progress still, and says what is waited for."""
    title = clip(f"Waits until {moment(due)}", _MAX_TITLE)
    return Check(name=CHECK_NAME, title=title, summary=shorten(inline(reason)))


def render_check_withdrawn(reason: str) -> Check:
    """The review will not be made, for a reason that is no failure."""
    return _ended(Conclusion.CANCELLED, f"Not reviewed: {reason}", f"{inline(reason)}\n\n{AGAIN}")


def render_check_failure(reason: str) -> Check:
    """The review could not be made."""
    return _ended(Conclusion.FAILURE, f"Not reviewed: {reason}", f"{inline(reason)}\n\n{AGAIN}")


def render_check_skipped(reason: str) -> Check:
    """The review was not meant to be made."""
    return _ended(Conclusion.SKIPPED, f"Not reviewed: {reason}", f"{inline(reason)}\n\n{AGAIN}")


def render_check_cancelled(newer: str) -> Check:
    """The review was stopped for commit `newer` (empty where not known)."""
    cause = code(newer[:SHORT]) or "a newer commit"
    return _ended(Conclusion.CANCELLED, "Superseded by a newer commit", f"Superseded by {cause}.")


def _ended(conclusion: Conclusion, title: str, summary: str) -> Check:
    """A check's title is plain text."""
    plain = clip(" ".join(title.split()), _MAX_TITLE)
    return Check(name=CHECK_NAME, conclusion=conclusion, title=plain, summary=shorten(summary))
