"""Extracts repository paths from the names in `---` and `+++` lines.

Tools add prefixes, dates, revisions or the name of a compared directory. A resulting path never leads out of
the repository.
"""

import re
from typing import NamedTuple

from bot.core.diff.names import QUOTED, unquote
from bot.core.diff.prefixes import Split

NOWHERE = "/dev/null"

_NOWHERES = ("nul", "nul:", "\\dev\\null")
_TAIL = 160  # characters at a line's end that may hold a date or revision
_ZONE = r"(?: ?(?:[-+]\d\d:?\d\d|Z|UTC|GMT))?"
_STAMP = re.compile(
    r"(?:\t\s*| +)(?:"
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?" + _ZONE + r"(?: \(rev \d+\))?"  # GNU, bzr, svnlook
    r"|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]?\d \d\d:\d\d:\d\d \d{4}"
    + _ZONE  # hg
    + r"|\d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d"
    + _ZONE
    + r"(?:\t[\d.]+)?"  # CVS
    r"|\d{4}/\d\d/\d\d \d\d:\d\d:\d\d(?:\t[\d.]+)?"  # old CVS, p4
    r")\s*$"
    r"|\t\s*\((?:revision \d+|rev \d+|working copy|nonexistent)\)\s*$"  # svn
)
_ABSENT = re.compile(r"\((?:nonexistent|revision 0|rev 0)\)\s*$")
_EPOCH = re.compile(r"\s(?:1970-01-01|1969-12-31)[ T]|\s(?:Thu Jan 0?1|Wed Dec 31) [\d:]+ (?:1970|1969)\b")
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")


class HeaderName(NamedTuple):
    """A name from a `---` or `+++` line. `absent`: the side has no such file; `epoch`: it is dated 1970,
    which `diff -N` uses for a missing file (and archivers for existing ones).
    """

    name: str
    absent: bool = False
    epoch: bool = False


def read_shown(text: str, *, is_git: bool) -> HeaderName:
    """Parses the text after `--- ` or `+++ `: a name, possibly with a date or revision."""
    text = text.rstrip("\r")
    name, tail = _cut_quoted(text) or (_cut_at_tab(text) if is_git else _cut_tail(text))
    if name == NOWHERE or (name.lower() in _NOWHERES and not is_git):
        return HeaderName(NOWHERE, absent=True)
    return HeaderName(name, bool(_ABSENT.search(tail[-_TAIL:])), bool(_EPOCH.search(tail[:_TAIL])))


def _cut_quoted(text: str) -> tuple[str, str] | None:
    quoted = QUOTED.match(text)
    if not quoted:
        return None
    tail = text[quoted.end() :]
    is_whole = not tail or tail[0] == "\t" or _STAMP.fullmatch(tail[:_TAIL])
    return (unquote(quoted[0]), tail) if is_whole else None


def _cut_at_tab(text: str) -> tuple[str, str]:
    """Splits at the first tab. Git quotes a name with a tab, and adds a tab after a name with a space."""
    name = text.partition("\t")[0]
    return name, text[len(name) :]


def _cut_tail(text: str) -> tuple[str, str]:
    """Splits before the date, even if a mailer replaced the tab by spaces, since a name may contain a tab.
    Without a date, splits at the first tab.
    """
    window = max(len(text) - _TAIL, 0)
    stamp = _STAMP.search(text, window)
    if not stamp:
        return _cut_at_tab(text)
    name = text[: stamp.start()]
    if "(" in stamp[0]:  # svn may show another place before the revision
        name = name.partition("\t(")[0]
    return name, text[len(name) :]


def plain_split(old: str, new: str) -> Split | None:
    """The path of two names with a common ending and different prefixes, as in `diff -r OLD NEW`. None if
    even their last parts differ.
    """
    if old == new:
        return Split(("", ""), tidy(new))
    path = _common_end(old, new)
    return Split((old.removesuffix(path), new.removesuffix(path)), path) if path else None


def tidy(name: str) -> str:
    """`name` as a path in the repository: relative, without "." and "..", and without a drive."""
    parts = [part for part in _undriven(name).split("/") if part not in ("", ".")]
    for at in range(len(parts) - 1, -1, -1):
        if parts[at] == "..":
            return "/".join(parts[at + 1 :])
    return "/".join(parts)


def slashed(name: str) -> str:
    """`name` with slashes instead of Windows backslashes."""
    is_windows = _DRIVE.match(name) or ("\\" in name and "/" not in name)
    return name.replace("\\", "/") if is_windows else name


def _undriven(name: str) -> str:
    return name[2:] if _DRIVE.match(name) else name


def _common_end(old: str, new: str) -> str:
    """The trailing parts that both names share; empty if there are none."""
    left, right = old.split("/"), new.split("/")
    count = 0
    for old_part, new_part in zip(reversed(left), reversed(right), strict=False):
        if old_part != new_part or old_part in ("", ".", ".."):
            break
        count += 1
    return "/".join(right[len(right) - count :])
