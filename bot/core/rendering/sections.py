"""The sections of the summary comment. Each is Markdown, or empty where there is nothing to say."""

from collections.abc import Iterable, Sequence

from bot.core.markdown import cell, clip, code, defuse, inline
from bot.core.rendering import links
from bot.core.rendering.coverage import count, unreviewed
from bot.core.rendering.report import Report
from bot.core.rendering.words import by_severity, details, duration, number
from bot.core.review import Note

_MAX_TEXT = 8_000
_MAX_LINE = 1_000
_OPEN_NOTES = 8
_ORDERED = 200
_MANY = 20_000  # characters of names, from which on files are counted
_NAMED = 100


def verdict(report: Report) -> str:
    """One line that says how it stands; a second one when no model was used."""
    findings = report.review.findings
    reviewed, total, _ = count(report)
    found = f"**{number(len(findings), 'finding')}**" if findings else "**No findings**"
    severities = f" ({by_severity(findings)})" if findings else ""
    verb = "reviewed" if report.model else "checked for signals"
    parts = (found + severities, f"{reviewed:,} of {number(total, 'file')} {verb}", _effort(report))
    line = " · ".join(parts)
    if report.model:
        return line
    return f"{line}\n\nNo model is configured: this review is made from signals found in the diff."


def _effort(report: Report) -> str:
    return f"effort to review {report.review.effort} of 5"


def purpose(report: Report) -> str:
    return defuse(clip(report.review.purpose, _MAX_TEXT))


def risks(report: Report) -> str:
    return _list("Hidden risks", report.review.risks)


def majors(report: Report) -> str:
    return _list("Major changes", report.review.majors)


def problems(report: Report) -> str:
    return _list("Problems on the way", report.review.problems)


def _list(heading: str, lines: Iterable[str]) -> str:
    items = [f"- {_line(line)}" for line in lines if line.strip()]
    return "\n".join([f"### {heading}", "", *items]) if items else ""


def _line(text: str) -> str:
    return inline(clip(text.strip(), _MAX_LINE))


def commits(report: Report) -> str:
    """What each commit does, when there are several."""
    notes = report.review.commits
    if len(notes) < 2:
        return ""
    subjects = {commit.sha: commit.message.partition("\n")[0] for commit in report.change.commits}
    items = [_commit(report, note, subjects.get(note.name, "")) for note in notes]
    return _collapsible("Commits", items)


def _commit(report: Report, note: Note, subject: str) -> str:
    name = f"{links.commit(note.name, report.url)} {inline(clip(subject, 100))}".strip()
    return f"- {name}: {_line(note.text)}" if note.text.strip() else f"- {name}"


def files(report: Report) -> str:
    """A sentence or two for each file."""
    items = [_note(report, note) for note in report.review.notes]
    return _collapsible("Files", items)


def _note(report: Report, note: Note) -> str:
    file = report.files.get(note.name)
    size = f" (+{file.additions} −{file.deletions})" if file and file.patch else ""  # noqa: RUF001 — a minus sign
    return f"- {links.file(report, note.name)}{size}: {_line(note.text)}"


def _collapsible(heading: str, items: Sequence[str]) -> str:
    """A list, folded when it is long."""
    if not items:
        return ""
    body = "\n".join(items)
    if len(items) > _OPEN_NOTES:
        return details(f"<b>{heading}</b> ({len(items):,})", body)
    return f"### {heading}\n\n{body}"


def areas(report: Report) -> str:
    """The change map, and the order in which to read."""
    rows = [
        f"| {cell(area.name)} | {area.files:,} | {area.additions:,} | {area.deletions:,} |"
        for area in report.review.areas
    ]
    table = ["| Area | Files | Added | Removed |", "|---|--:|--:|--:|", *rows] if rows else []
    body = "\n".join([*table, *(["", *_order(report)] if report.review.order else [])]).strip()
    return details("<b>Change map and order of reading</b>", body) if body else ""


def _order(report: Report) -> list[str]:
    shown = report.review.order[:_ORDERED]
    more = len(report.review.order) - len(shown)
    items = [f"{at}. {links.file(report, path)}" for at, path in enumerate(shown, 1)]
    rest = [f"\nand {number(more, 'more file')}"] if more else []
    return ["Read in this order:", "", *items, *rest]


def missing(report: Report) -> str:
    """What was not reviewed and why: every file by name, or where these fill pages, the first ones."""
    groups = unreviewed(report)
    if not groups:
        return ""
    every = "\n".join(_group(reason, paths, len(paths)) for reason, paths in groups.items())
    if len(every) > _MANY:
        every = "\n".join(_group(reason, paths, _NAMED) for reason, paths in groups.items())
    return f"### Not reviewed\n\n{every}"


def _group(reason: str, paths: Sequence[str], named: int) -> str:
    names = ", ".join(code(path) for path in paths[:named])
    more = len(paths) - named
    rest = f" and {number(more, 'more file')}" if more > 0 else ""
    total = f" ({len(paths):,})" if len(paths) > 1 else ""
    return f"- {_line(reason)}{total}: {names}{rest}"


def footer(report: Report) -> str:
    """How the review was made."""
    items = [_model(report), *_cost(report), _origin(report), "Comment `/review` for a new review."]
    return details("About this review", "\n".join(f"- {item}" for item in items))


def _model(report: Report) -> str:
    if report.model:
        return f"Model: {code(report.model)}"
    return (
        "No model was used. To add one, set `OPENAI_API_KEY` (and `OPENAI_BASE_URL` for any compatible "
        "server) or `LLAMA_MODEL` (a GGUF file), then ask again."
    )


def _cost(report: Report) -> list[str]:
    time = f"Time: {duration(report.seconds)}"
    if report.model is None:
        return [time]
    usage = report.usage
    reused = f", {number(report.reused, 'known answer')} reused" if report.reused else ""
    tokens = f"Tokens: {usage.prompt:,} in, {usage.answer:,} out"
    return [f"{tokens} ({number(report.asked, 'question')} asked{reused})", time]


def _origin(report: Report) -> str:
    made = f"Commit: {code(report.change.head) or 'none'}"
    version = f"; code-review-bot {inline(report.version)}" if report.version else ""
    module = f", review function {code(report.module[:12])}" if report.module else ""
    return made + version + module
