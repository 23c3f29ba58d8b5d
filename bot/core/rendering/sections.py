"""Renders the sections of the summary comment as Markdown; an empty section is an empty string."""

from collections.abc import Iterable, Sequence

from bot.core.markdown import clip, code, defuse, inline
from bot.core.phrases import details, number
from bot.core.rendering import links
from bot.core.rendering.coverage import unlisted, unreviewed
from bot.core.rendering.report import Report
from bot.core.review import ChangeNote

_MAX_TEXT = 8_000
_MAX_LINE = 1_000
_OPEN_ITEMS = 5
_ORDERED = 200
_ORDER_FROM = 4  # files; fewer need no suggested order
_OPEN_MISSING = 5
_MANY = 20_000  # characters of names; beyond that, files are counted instead
_NAMED = 100


def purpose(report: Report) -> str:
    return defuse(clip(report.review.purpose, _MAX_TEXT))


def risks(report: Report) -> str:
    return _open("Hidden risks", _items(report.review.risks))


def majors(report: Report) -> str:
    items = _items(report.review.majors)
    return "\n".join(["### Major changes", "", *items]) if items else ""


def problems(report: Report) -> str:
    return _open("Review problems", _items(report.review.problems))


def tests(report: Report) -> str:
    text = inline(clip(report.review.tests.strip(), _MAX_LINE))
    return f"**Tests:** {text}" if text else ""


def _items(lines: Iterable[str]) -> list[str]:
    return [f"- {_line(line)}" for line in lines if line.strip()]


def _line(text: str) -> str:
    return inline(clip(text.strip(), _MAX_LINE))


def _open(heading: str, items: Sequence[str]) -> str:
    """A list whose first items are visible and whose other items are collapsed."""
    if not items:
        return ""
    shown, folded = items[:_OPEN_ITEMS], items[_OPEN_ITEMS:]
    rest = ["", details(f"{len(folded):,} more", "\n".join(folded))] if folded else []
    return "\n".join([f"### {heading}", "", *shown, *rest])


def commits(report: Report) -> str:
    """A note on each commit, if there are several."""
    notes, more = report.review.commits, report.change.unlisted_commits
    if len(notes) < 2 and not more:
        return ""
    subjects = {commit.sha: commit.message.partition("\n")[0] for commit in report.change.commits}
    items = [_commit(report, note, subjects.get(note.name, "")) for note in notes]
    rest = [f"- {number(more, 'more commit')} that GitHub did not list"] if more else []
    return details(f"<b>Commits</b> ({len(items) + more:,})", "\n".join([*items, *rest]))


def _commit(report: Report, note: ChangeNote, subject: str) -> str:
    name = f"{links.commit(note.name, report.url)} {inline(clip(subject, 100))}".strip()
    return f"- {name}: {_line(note.text)}" if note.text.strip() else f"- {name}"


def order(report: Report) -> str:
    """The suggested review order and the size of each area."""
    paths = report.review.order
    areas = " · ".join(
        f"{inline(area.name)}: {number(area.files, 'file')}, +{area.additions:,} −{area.deletions:,}"  # noqa: RUF001 — a minus sign
        for area in report.review.areas
    )
    if len(paths) < _ORDER_FROM:
        return ""
    items = [f"{at}. {links.file(report, path)}" for at, path in enumerate(paths[:_ORDERED], 1)]
    more = len(paths) - _ORDERED
    parts = [areas, "\n".join(items), f"and {number(more, 'more file')}" if more > 0 else ""]
    effort = f"effort {report.review.effort} of 5"
    return details(f"<b>Suggested review order</b> ({effort})", "\n\n".join(part for part in parts if part))


def missing(report: Report) -> str:
    """The files that were not reviewed, by reason: all by name, or the first ones of a very long list."""
    groups, rest = unreviewed(report), unlisted(report)
    if not groups and not rest:
        return ""
    named = [_group(reason, paths, len(paths)) for reason, paths in groups.items()]
    if sum(map(len, named)) > _MANY:
        named = [_group(reason, paths, _NAMED) for reason, paths in groups.items()]
    every = "\n".join([*([f"- {rest}"] if rest else []), *named])
    total = sum(map(len, groups.values())) + report.change.unlisted_files
    if total <= _OPEN_MISSING:
        return f"### Not reviewed\n\n{every}"
    return details(f"<b>Not reviewed</b> ({number(total, 'file')})", every)


def _group(reason: str, paths: Sequence[str], named: int) -> str:
    names = ", ".join(code(path) for path in paths[:named])
    more = len(paths) - named
    rest = f" and {number(more, 'more file')}" if more > 0 else ""
    total = f" ({len(paths):,})" if len(paths) > 1 else ""
    return f"- {_line(reason)}{total}: {names}{rest}"
