"""Renders the check run beside the merge button."""

from collections.abc import Sequence
from datetime import datetime

from bot.core.change import FileStatus, Pull
from bot.core.channels import Channel, DisabledChannel
from bot.core.check_run import Annotation, AnnotationLevel, Check, Conclusion
from bot.core.markdown import clean, clip, code, inline, shorten
from bot.core.phrases import moment, number
from bot.core.rendering.banner import AGAIN, LATER
from bot.core.rendering.channel_notes import notes
from bot.core.rendering.coverage import complete, count
from bot.core.rendering.links import SHORT, commit
from bot.core.rendering.report import Report
from bot.core.rendering.sections import missing, problems
from bot.core.rendering.summary import render_whole
from bot.core.rendering.verdict import severities, verdict
from bot.core.review import Finding, Severity, Side

CHECK_NAME = "Code review"

_MAX_TITLE = 200
_MAX_NAME = 250
_MAX_MESSAGE = 4_000
_ANNOTATIONS = 200
_LEVELS = {Severity.CRITICAL: AnnotationLevel.FAILURE, Severity.MAJOR: AnnotationLevel.WARNING}
_NOT_REVIEWED = "Not reviewed: "


def render_check(report: Report, *, whole: bool = False) -> Check:
    """`success` only if a model reviewed every reviewable file, otherwise `neutral`. `whole`: the check
    contains the full review, because there is no summary comment.
    """
    conclusion = Conclusion.SUCCESS if complete(report) else Conclusion.NEUTRAL
    refused = notes(report.shut, but=(Channel.CHECK,))
    parts = (verdict(report), refused, missing(report), problems(report))
    return Check(
        name=CHECK_NAME,
        conclusion=conclusion,
        title=_title(report),
        summary=shorten("\n\n".join(part for part in parts if part)),
        text=render_whole(report) if whole else "",
        annotations=_annotations(report),
    )


def _title(report: Report) -> str:
    findings = number(len(severities(report)), "finding")
    return f"{_extent(report)}; {findings}"


def _extent(report: Report) -> str:
    counted = count(report)
    files = f"{counted.reviewed:,} of {number(counted.total, 'file')}"
    if not counted.total and not counted.bare:
        return "Nothing to review: no files changed"
    if not counted.total:
        return f"Nothing to review: {number(counted.bare, 'file')} without text"
    if report.model is None and report.unqualified:
        return f"Model not qualified: {files} checked by rules"
    if report.model is None:
        return f"No model: {files} checked by rules"
    if counted.missed:
        return f"Partially reviewed: {files}"
    return f"Reviewed {files}" + (", with problems" if report.review.problems else "")


def _annotations(report: Report) -> tuple[Annotation, ...]:
    """One annotation for each finding on a file of the head, the most severe first."""
    paths = {file.path for file in report.change.files if file.status is not FileStatus.REMOVED}
    shown = [
        finding for finding in report.review.findings if finding.side is Side.RIGHT and finding.path in paths
    ]
    ranked = sorted(shown, key=lambda finding: finding.severity.rank)
    return tuple(map(_annotation, ranked[:_ANNOTATIONS]))


def _annotation(finding: Finding) -> Annotation:
    """GitHub shows titles and messages of annotations as plain text, not as Markdown."""
    title = " ".join(clean(finding.title).split()) or "Untitled"
    return Annotation(
        path=finding.path,
        line=finding.line,
        end=max(finding.line, finding.end),
        level=_LEVELS.get(finding.severity, AnnotationLevel.NOTICE),
        title=clip(f"{finding.severity.capitalize()}: {title}", _MAX_NAME),
        message=clip(clean(finding.body).strip(), _MAX_MESSAGE) or title,
    )


def render_check_progress(pull: Pull) -> Check:
    title = f"Reviewing {pull.head[:SHORT]}"
    return Check(name=CHECK_NAME, title=title, summary="The result appears here and in the summary comment.")


def render_check_waiting(reason: str, due: datetime) -> Check:
    """A check in progress that says why and until when the review waits."""
    title = clip(f"Waiting until {moment(due)}", _MAX_TITLE)
    return Check(name=CHECK_NAME, title=title, summary=shorten(inline(reason)))


def with_notes(check: Check, shut: Sequence[DisabledChannel]) -> Check:
    """`check` with notes about the other channels that GitHub refuses."""
    text = notes(shut, but=(Channel.CHECK,))
    return check.model_copy(update={"summary": shorten(f"{check.summary}\n\n{text}")}) if text else check


def render_check_withdrawn(reason: str) -> Check:
    """The review was cancelled for a reason other than a failure."""
    return _not_reviewed(Conclusion.CANCELLED, reason)


def render_check_failure(reason: str, *, again: bool = False) -> Check:
    """The review failed. `again`: another attempt may succeed without changes."""
    advice = AGAIN if again else LATER
    return _ended(Conclusion.FAILURE, f"Review failed: {reason}", f"{inline(reason)}\n\n{advice}")


def render_check_skipped(reason: str) -> Check:
    """The configuration skips this review."""
    return _not_reviewed(Conclusion.SKIPPED, reason)


def render_check_repeating(pull: Pull) -> Check:
    """On a merge queue commit, while the pull request's head is under review."""
    title = f"Waiting for the review of {pull.head[:SHORT]}"
    return Check(name=CHECK_NAME, title=title, summary=f"{_of_queue(pull)} That review is in progress.")


def render_check_repeated(pull: Pull, check: Check) -> Check:
    """On a merge queue commit: the result in `check`, which belongs to the pull request's head. A cancelled
    review does not block the queue.
    """
    conclusion = Conclusion.NEUTRAL if check.conclusion is Conclusion.CANCELLED else check.conclusion
    summary = f"{_of_queue(pull)}\n\n{check.summary}"
    return Check(name=CHECK_NAME, conclusion=conclusion, title=check.title, summary=shorten(summary))


def render_check_not_repeated(reason: str) -> Check:
    """On a merge queue commit, if the pull request's head has no review."""
    return _not_reviewed(Conclusion.NEUTRAL, reason)


def render_check_cancelled(newer: str) -> Check:
    """The newer commit `newer` (empty if unknown) superseded the review."""
    cause = code(newer[:SHORT]) or "a newer commit"
    return _ended(Conclusion.CANCELLED, "Superseded by a newer commit", f"Superseded by {cause}.")


def _of_queue(pull: Pull) -> str:
    head = commit(pull.head, pull.url)
    return f"This merge queue commit repeats the result of the review of #{pull.ref.number} at {head}."


def _not_reviewed(conclusion: Conclusion, reason: str) -> Check:
    reason = reason.removeprefix(_NOT_REVIEWED)
    return _ended(conclusion, _NOT_REVIEWED + reason, f"{inline(reason)}\n\n{AGAIN}")


def _ended(conclusion: Conclusion, title: str, summary: str) -> Check:
    """A completed check. GitHub shows its title as plain text."""
    plain = clip(" ".join(title.split()), _MAX_TITLE)
    return Check(name=CHECK_NAME, conclusion=conclusion, title=plain, summary=shorten(summary))
