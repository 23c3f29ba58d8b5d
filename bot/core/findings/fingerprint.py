"""Fingerprints that identify a finding after the lines around it have moved."""

import hashlib
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from bot.core.change import File, FileStatus
from bot.core.findings.visible_lines import VisibleLines, plain
from bot.core.review import Finding


class AnchoredFinding(NamedTuple):
    """A finding with its key, the text of its line and of the neighbouring lines (see `TrackedFinding`), and
    the previous path of its file.
    """

    finding: Finding
    key: str
    text: str
    around: tuple[str, ...]
    previous: str | None


def fingerprint(finding: Finding, text: str, nth: int = 0) -> str:
    """Sixteen hex digits over path, source, category, title and `text`, its first line.

    Line numbers do not count: an edit further up must not make an old finding look new. `nth` distinguishes
    findings that are equal in all of these.
    """
    parts = (finding.path, finding.source, finding.category, finding.title.casefold(), text.strip())
    alike = (str(nth),) if nth else ()
    return hashlib.sha256("\0".join(parts + alike).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def anchor(findings: Sequence[Finding], files: Mapping[str, File]) -> tuple[AnchoredFinding, ...]:
    """The findings in their order, each with a unique key."""
    shown = {path: VisibleLines(files.get(path)) for path in {finding.path for finding in findings}}
    texts = [shown[finding.path].text(finding.side, finding.line) or "" for finding in findings]
    found = [
        _anchored(finding, text, shown[finding.path], files)
        for finding, text in zip(findings, texts, strict=True)
    ]
    alike: dict[str, int] = {}
    for at in sorted(range(len(found)), key=lambda at: (findings[at].line, at)):
        key = found[at].key
        nth = alike[key] = alike.get(key, -1) + 1
        found[at] = found[at]._replace(key=fingerprint(findings[at], texts[at], nth))
    return tuple(found)


def apart(found: AnchoredFinding) -> AnchoredFinding:
    """The finding with another key, for one that must not be taken for the finding with its key."""
    return found._replace(key=hashlib.sha256(f"apart {found.key}".encode()).hexdigest()[:16])


def _anchored(finding: Finding, text: str, shown: VisibleLines, files: Mapping[str, File]) -> AnchoredFinding:
    file = files.get(finding.path)
    return AnchoredFinding(
        finding=finding,
        key=fingerprint(finding, text),
        text=plain(text),
        around=shown.around(finding.side, finding.line),
        previous=file.previous if file and file.status is FileStatus.RENAMED else None,
    )
