"""Renders links into the pull request's repository."""

from urllib.parse import quote

from bot.core.change import FileStatus, ToolReport
from bot.core.markdown import code
from bot.core.rendering.report import Report
from bot.core.review import Finding, LineRange, Side

SHORT = 7


def commit(sha: str, url: str) -> str:
    """A short commit SHA, linked if `url`, the pull request's address, is known."""
    name = code(sha[:SHORT])
    return f"[{name}]({_repository(url)}/commit/{quote(sha)})" if url else name


def file(report: Report, path: str, *, bars: bool = True) -> str:
    """A link to a file at the head; a removed file has none. Without `bars`, "|" is replaced, because it ends
    a table cell even in code.
    """
    known = report.files.get(path)
    there = known is not None and known.status is not FileStatus.REMOVED
    name = code(path if bars else path.replace("|", "¦"))
    return _link(name, _blob(report.url, report.change.head, path) if there else "")


def thread(report: Report, comment: int) -> str:
    """The address of a comment on lines."""
    return f"{report.url}#discussion_r{comment}" if report.url else ""


def place(report: Report, finding: Finding) -> str:
    """Path and lines of a finding, linked to their side of the diff."""
    path, sha = finding.path, report.change.head
    if finding.side is Side.LEFT:
        known = report.files.get(path)
        path, sha = (known.previous if known else None) or path, report.change.origin
    address = _blob(report.url, sha, path)
    return _link(spot(finding), address and f"{address}{_anchor(finding)}")


def reported_place(report: Report, known: ToolReport) -> str:
    """Path and lines of another tool's report, linked to the head."""
    address = _blob(report.url, report.change.head, known.path)
    return _link(spot(known), address and f"{address}{_anchor(known)}")


def spot(at: LineRange | Finding | ToolReport) -> str:
    """Path and lines, without a link."""
    lines = f"{at.line}" if at.line == at.end else f"{at.line}-{at.end}"
    return code(f"{at.path}:{lines}")


def _anchor(at: Finding | ToolReport) -> str:
    return f"#L{at.line}" + (f"-L{at.end}" if at.end != at.line else "")


def _blob(url: str, sha: str, path: str) -> str:
    return f"{_repository(url)}/blob/{quote(sha)}/{quote(path, errors='replace')}" if url and sha else ""


def _repository(url: str) -> str:
    """`https://host/owner/name` from a pull request's address."""
    return url.rpartition("/pull/")[0]


def _link(text: str, address: str) -> str:
    return f"[{text}]({address})" if address else text
