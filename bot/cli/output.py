"""The output of `review-bot review`: one JSON object for programs, Markdown for people."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.cli.questions import AskedQuestion
from bot.core.change import File
from bot.core.rendering import Report, render_summary
from bot.core.review import Coverage, Finding, Review


def as_json(report: Report, asked: Sequence[AskedQuestion], timings: Mapping[str, float]) -> dict[str, Any]:
    """The report for programs, with exactly these keys.

    `files` has one entry for each file of the diff, in its order; `unlisted_files` is the number of further
    files that GitHub did not list. `summary` is Markdown: what the change does, its risks and major parts,
    and what went wrong. `unsure` are findings that verification could neither prove nor refute. `reports` are
    those of other tools. `questions` are the requests to the models and their answers. `usage` is in tokens,
    `timings` in seconds.
    """
    review = report.review
    coverage = {entry.path: entry for entry in review.coverage}
    return {
        "files": [_file(file, coverage.get(file.path)) for file in report.change.files],
        "unlisted_files": report.change.unlisted_files,
        "summary": _summary(review),
        "findings": [_finding(finding) for finding in review.findings],
        "unsure": [_finding(finding) for finding in review.unsure],
        "reports": [_place(known.model_dump(mode="json")) for known in report.change.reports],
        "questions": [question.as_json() for question in asked],
        "usage": {**report.usage.model_dump(), "requests": report.asked, "reused": report.reused},
        "model": report.model,
        "timings": dict(timings),
    }


def as_markdown(report: Report) -> str:
    """The summary comment, as it would be posted."""
    return render_summary(report)


def _file(file: File, coverage: Coverage | None) -> dict[str, Any]:
    return {
        "path": file.path,
        "previous": file.previous,
        "status": file.status.value,
        "additions": file.additions,
        "deletions": file.deletions,
        "reviewed": coverage is not None and coverage.reviewed,
        "reason": coverage.reason if coverage else "the review function did not mention this file",
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """All fields of the finding; `also` are other places of the same problem."""
    also = [_place(place.model_dump(mode="json")) for place in finding.also]
    return {**_place(finding.model_dump(mode="json")), "also": also}


def _place(fields: Mapping[str, Any]) -> dict[str, Any]:
    """`end` has the name `end_line`."""
    return {"end_line" if name == "end" else name: value for name, value in fields.items()}


def _summary(review: Review) -> str:
    parts = (
        review.purpose,
        _listed("Hidden risks", review.risks),
        _listed("Major changes", review.majors),
        _listed("Review problems", review.problems),
    )
    return "\n\n".join(filter(None, parts))


def _listed(heading: str, items: Sequence[str]) -> str:
    return "\n".join([f"### {heading}", "", *(f"- {item}" for item in items)]) if items else ""
