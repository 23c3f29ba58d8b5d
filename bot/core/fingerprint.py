"""Knows a finding again after the lines around it have moved."""

import hashlib
from collections.abc import Mapping

from bot.core.change import File
from bot.core.diff import parse_patch
from bot.core.review import Finding, Side


def fingerprint(finding: Finding, files: Mapping[str, File]) -> str:
    """Sixteen hex digits over path, category, title and the text of the first line it stands on.

    Line numbers are left out: an edit further up must not make an old finding look new.
    """
    text = _line(finding, files.get(finding.path))
    parts = (finding.path, finding.source, finding.category, finding.title.casefold(), text)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _line(finding: Finding, file: File | None) -> str:
    """The line as the diff shows it, without indentation; empty where it does not."""
    if file is None or file.patch is None:
        return ""
    for hunk in parse_patch(file.patch):
        for line in hunk.lines:
            number = line.left if finding.side is Side.LEFT else line.right
            if number == finding.line:
                return line.text.strip()
    return ""
