"""Parses sections that begin with a header line of Subversion, CVS, Bazaar, Perforce or Mercurial."""

import re

from bot.core.change import FileStatus
from bot.core.diff.cursor import Cursor
from bot.core.diff.no_patch import EMPTY, MODE, NOT_SHOWN, PROPERTIES, RENAMED, SYMLINK
from bot.core.diff.paths import HeaderName
from bot.core.diff.section import Section
from bot.core.diff.unified import is_property_block, read_section, take_body, take_hunks

_INDEX = re.compile(r"(Index|Added|Modified|Deleted|Copied|Replaced): (.+)")
_RULE = "=" * 60
_INDEX_STATUS = {"Added": FileStatus.ADDED, "Deleted": FileStatus.REMOVED, "Copied": FileStatus.COPIED}
_ENDINGS = {
    " (added)": FileStatus.ADDED,
    " (deleted)": FileStatus.REMOVED,
}  # by --no-diff-added, --no-diff-deleted
_COPIED = re.compile(r"(.+) \(from rev \d+, (.+)\)")
_CVS = ("RCS file: ", "retrieving revision ", "diff -")
_CVS_LINES = 6
_RDIFF = ("diff -", "Index: ")  # `cvs rdiff` draws no rule

_BZR = re.compile(r"=== (added|removed|modified|renamed) (file|directory|symlink|tree-reference) '(.+)'(.*)")
_BZR_STATUS = {
    "added": (FileStatus.ADDED, EMPTY),
    "removed": (FileStatus.REMOVED, EMPTY),
    "renamed": (FileStatus.RENAMED, RENAMED),
    "modified": (FileStatus.MODIFIED, NOT_SHOWN),
}

_P4 = re.compile(r"==== (\S.*) ====(?: (?!identical$)[^=]+)?")
_P4_REVISION = re.compile(r"#(?:\d+|none)(?: \([^()]+\))?$")
_P4_NONE = "<none>"

_HG = re.compile(r"diff(?: -r [0-9a-f]{12,40})+ (.+)")


def read_announced(cursor: Cursor) -> Section | None:
    """The section with a header line at `cursor`, which moves past it; otherwise None."""
    for read in (_read_index, _read_bzr, _read_p4, _read_hg):
        section = read(cursor)
        if section:
            return section
    return None


def _read_index(cursor: Cursor) -> Section | None:
    """`Index: PATH` of svn and CVS, `Modified: PATH` of svnlook, above a double rule."""
    found = _INDEX.fullmatch(cursor.line)
    has_rule = cursor.ahead(1).startswith(_RULE)
    if not found or not (has_rule or (found[1] == "Index" and cursor.ahead(1).startswith(_RDIFF))):
        return None
    section = _indexed(cursor.number, found[1], found[2])
    cursor.at += 1 + has_rule
    for _ in range(_CVS_LINES):
        if cursor.line.startswith(_CVS) and not cursor.starts("diff --git "):
            if cursor.line.endswith(":removed"):
                section.status = FileStatus.REMOVED
            cursor.at += 1
    if cursor.starts("diff --git "):  # `svn diff --git`
        inner = read_section(cursor)
        if inner:
            inner.announced, inner.line = section.announced, section.line
            section = inner
    else:
        take_body(cursor, section)
        _take_ending(section)
    if is_property_block(cursor):
        section.absent = PROPERTIES
    return section


def _indexed(number: int, word: str, path: str) -> Section:
    """A section from the header line alone: svn shows nothing else for an empty file."""
    copied = _COPIED.fullmatch(path) if word == "Copied" and path.endswith(")") else None
    if copied:
        return Section(number, announced=copied[1], previous=copied[2], status=FileStatus.COPIED)
    absent = EMPTY if word == "Added" else NOT_SHOWN
    return Section(number, announced=path, status=_INDEX_STATUS.get(word), absent=absent)


def _take_ending(section: Section) -> None:
    """Interprets the suffix by which svn marks a file with omitted lines."""
    if section.old or section.binary:
        return
    for ending, status in _ENDINGS.items():
        if section.announced.endswith(ending):
            section.announced = section.announced.removesuffix(ending)
            section.status = status
            return


def _read_bzr(cursor: Cursor) -> Section | None:
    """`=== modified file 'PATH'`. Added or removed directories are skipped: their files have sections."""
    found = _BZR.fullmatch(cursor.line)
    if not found:
        return None
    verb, kind, path, more = found.groups()
    old, arrow, new = path.partition("' => '")
    if kind == "directory" and not arrow:
        return None
    status, absent = _BZR_STATUS[verb]
    section = Section(cursor.number, announced=path, status=status, absent=absent)
    if arrow:
        section.previous, section.announced, section.status = old, new, FileStatus.RENAMED
    elif "properties changed" in more:
        section.absent = MODE
    cursor.at += 1
    if cursor.starts("=== target "):
        section.absent = SYMLINK
        if cursor.starts("=== target was "):
            section.status = FileStatus.RETYPED
        cursor.at += 1
    take_body(cursor, section)
    return section


def _read_p4(cursor: Cursor) -> Section | None:
    """`==== //depot/x#1 - /home/x ====`; `p4 describe` shows only one name."""
    found = _P4.fullmatch(cursor.line)
    if not found:
        return None
    old, dash, new = found[1].partition(" - ")
    section = Section(cursor.number, absent=NOT_SHOWN, binary="(binary" in found[1])
    section.old = _p4_shown(old)
    section.new = _p4_shown(new) if dash else section.old
    cursor.at += 1
    blank = 0
    while blank < 2 and cursor.at + blank < len(cursor.lines) and not cursor.ahead(blank):
        blank += 1
    if cursor.ahead(blank).startswith(("@@ -", "--- ", "(... files differ ...)")):
        cursor.at += blank
    if cursor.starts("@@ -"):
        take_hunks(cursor, section)
    else:
        take_body(cursor, section)
    return section


def _p4_shown(text: str) -> HeaderName:
    name = _P4_REVISION.sub("", text)
    return HeaderName(name, absent=name == _P4_NONE)


def _read_hg(cursor: Cursor) -> Section | None:
    """`diff -r REVISION PATH`."""
    found = _HG.fullmatch(cursor.line)
    if not found:
        return None
    section = Section(cursor.number, announced=found[1], absent=NOT_SHOWN)
    cursor.at += 1
    take_body(cursor, section)
    return section
