"""A reviewer that understands nothing, to show what a score is worth.

It copies the beginning of each hunk to the hunk's first changed line and adds a list of usual defects. A
measure that rewards it measures nothing.
"""

import re
from collections.abc import Iterator

from bot.core.change import File
from bot.core.evaluation.dataset import Case
from bot.core.review import Finding, FindingSource, Severity, Side

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(?P<line>\d+)", re.MULTILINE)
_COPIED_LINES = 4
_USUAL_DEFECTS = (
    "This may cause a null pointer error, a race condition or deadlock, a memory or resource leak because "
    "it is not closed or released, an off-by-one error, an integer overflow, an infinite loop or recursion,"
    " a timeout, wrong order, a missing check of permissions or input validation, an injection or path "
    "traversal, a stale cache, a lost update, an unhandled exception or swallowed error, a duplicate, a "
    "wrong default, a wrong unit or time zone, a compatibility break, or slow performance for large inputs."
)


def babble(case: Case) -> list[Finding]:
    """A finding for each hunk of the change."""
    return [finding for file in case.change().files for finding in _about(file)]


def _about(file: File) -> Iterator[Finding]:
    for hunk in re.split(r"^(?=@@ )", file.patch or "", flags=re.MULTILINE):
        begin = _HUNK.match(hunk)
        if begin is None:
            continue
        lines = hunk.splitlines()[1:]
        added = [at for at, line in enumerate(lines) if line.startswith("+")]
        if not added:
            continue
        before = sum(not line.startswith("-") for line in lines[: added[0]])
        yield _finding(file.path, int(begin["line"]) + before, lines[added[0] :])


def _finding(path: str, line: int, lines: list[str]) -> Finding:
    copied = "\n".join(text[1:] for text in lines[:_COPIED_LINES])
    return Finding(
        path=path,
        line=line,
        end=line,
        side=Side.RIGHT,
        severity=Severity.MAJOR,
        category="correctness",
        confidence=1.0,
        title=f"The diff is: {lines[0][1:].strip()}"[:1000],
        body=f"{copied[:4000]}\n\n{_USUAL_DEFECTS}",
        source=FindingSource.MODEL,
    )
