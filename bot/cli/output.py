"""What `review-bot review` prints: one JSON object for programs, Markdown for people."""

import re
from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markdown import Markdown

from bot.core.change import File
from bot.core.rendering import Report, render_summary
from bot.core.review import Coverage, Finding

_HIDDEN = re.compile(r"<!--.*?-->|</?(?:details|summary|sub|br|b|table|tr|td|th)\b[^>]*>", re.DOTALL)


def as_json(report: Report, timings: Mapping[str, float]) -> dict[str, Any]:
    """The report for programs; its keys are documented in README."""
    review = report.review
    covered = {entry.path: entry for entry in review.coverage}
    return {
        "files": [_file(file, covered.get(file.path)) for file in report.change.files],
        "summary": review.purpose,
        "risks": list(review.risks),
        "majors": list(review.majors),
        "commits": [note.model_dump() for note in review.commits],
        "notes": [note.model_dump() for note in review.notes],
        "findings": [_finding(finding) for finding in review.findings],
        "areas": [area.model_dump() for area in review.areas],
        "order": list(review.order),
        "effort": review.effort,
        "problems": list(review.problems),
        "usage": {**report.usage.model_dump(), "requests": report.asked, "reused": report.reused},
        "model": report.model,
        "timings": dict(timings),
    }


def as_markdown(report: Report) -> str:
    """The summary comment, as it would be posted."""
    return render_summary(report)


def show(console: Console, body: str) -> None:
    """A comment's Markdown on a terminal: without what only GitHub understands."""
    console.print(Markdown(_HIDDEN.sub("", body)))


def _file(file: File, covered: Coverage | None) -> dict[str, Any]:
    return {
        "path": file.path,
        "previous": file.previous,
        "status": file.status.value,
        "additions": file.additions,
        "deletions": file.deletions,
        "reviewed": covered is not None and covered.reviewed,
        "reason": covered.reason if covered else "the review function did not account for this file",
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """Like the value, with `end` under the name that is fixed for programs."""
    fields = finding.model_dump(mode="json")
    fields["end_line"] = fields.pop("end")
    return fields
