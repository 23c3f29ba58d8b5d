"""Parses lines that name a changed file without its content; each becomes a file of the change."""

import re
from itertools import islice

from bot.core.change import FileStatus
from bot.core.diff.cursor import Cursor
from bot.core.diff.names import split_pair, unquote
from bot.core.diff.no_patch import BINARY, KIND, NOT_SHOWN, ONE_SIDE, PROPERTIES, SUBMODULE, SYMLINK, UNMERGED
from bot.core.diff.paths import NOWHERE, HeaderName, plain_split
from bot.core.diff.section import Section

_ONLY = re.compile(r"Only in (.+?): (.+)")
_FOSSIL = re.compile(r"(ADDED|DELETED|MISSING|EDITED|CHANGED|EXECUTABLE|UNEXEC|SYMLINK|UNLINK) +(.+)")
_FOSSIL_STATUS = {"ADDED": FileStatus.ADDED, "DELETED": FileStatus.REMOVED, "MISSING": FileStatus.REMOVED}
_PAIRS = (("Binary files ", BINARY), ("Files ", NOT_SHOWN), ("Symbolic links ", SYMLINK))
_P4 = r"\.\.\. (//.+)#(?:\d+|none)"
_NAMED = (
    (re.compile(r"Binary file (.+) has changed"), BINARY, None),  # hg
    (re.compile(r"\* Unmerged path (.+)"), UNMERGED, None),
    (re.compile(r"Submodule (.+) contains (?:modified|untracked) content"), SUBMODULE, None),
    # `p4 describe`, whose other actions change a file
    (re.compile(rf"{_P4} (?:\S*add|branch|import)"), NOT_SHOWN, FileStatus.ADDED),
    (re.compile(rf"{_P4} (?:\S*delete|purge)"), NOT_SHOWN, FileStatus.REMOVED),
    (re.compile(rf"{_P4} [a-z/]+"), NOT_SHOWN, None),
)
_SUBMODULE = re.compile(r"Submodule (.+) ([0-9a-f]{7,64})\.{2,3}([0-9a-f]{7,64})(?: \([a-z ]+\))?:?")
_SUBMODULE_COMMIT = ("  > ", "  < ")
_SUBMODULE_MODE = "160000"
_PROPERTIES = re.compile(r"[^:]+: (.*)")  # the words before the colon depend on the user's language
_RULE = "_" * 60
_BETWEEN = " and "
_MOST_PLACES = 20


def read_listed(cursor: Cursor) -> Section | None:
    """The section for a line at `cursor`, which moves past it; otherwise None."""
    for read in _READERS:
        section = read(cursor)
        if section:
            return section
    return None


def _read_pair(cursor: Cursor) -> Section | None:
    """`Binary files x and y differ`, `Files x and y differ`, `Symbolic links x and y differ`."""
    line = cursor.line
    for start, absent in _PAIRS:
        if line.startswith(start) and line.endswith(" differ"):
            pair = _split(line[len(start) : -len(" differ")])
            return _paired(cursor, pair, absent) if pair else None
    return None


def _split(names: str) -> tuple[str, str] | None:
    """Splits two names at " and ", which names may contain: two names of one file have a common ending."""
    if pair := split_pair(names, _BETWEEN):
        return pair
    places = [match.start() for match in islice(re.finditer(_BETWEEN, names), _MOST_PLACES)]
    pairs = [(names[:at], names[at + len(_BETWEEN) :]) for at in places]
    if not pairs:
        return None
    old, new = max(pairs, key=_alike)
    return unquote(old), unquote(new)


def _alike(pair: tuple[str, str]) -> int:
    """The length of the path that both names denote."""
    split = plain_split(*pair)
    return len(split.path) if split else 0


def _read_kinds(cursor: Cursor) -> Section | None:
    """`File x is a fifo while file y is a regular file`."""
    old, between, new = cursor.line.partition(" while file ")
    if not between or not cursor.starts("File "):
        return None
    names = _named_kind(old.removeprefix("File ")), _named_kind(new)
    if not all(names):
        return None
    section = _paired(cursor, names, KIND)
    section.status = FileStatus.RETYPED
    return section


def _named_kind(text: str) -> str:
    name, _, kind = text.rpartition(" is a")
    return unquote(name) if kind.replace(" ", "").isalpha() else ""


def _paired(cursor: Cursor, pair: tuple[str, str], absent: str) -> Section:
    old, new = (HeaderName(name, absent=name == NOWHERE) for name in pair)
    cursor.at += 1
    return Section(cursor.at, absent=absent, old=old, new=new)


def _read_only(cursor: Cursor) -> Section | None:
    found = _ONLY.fullmatch(cursor.line)
    if not found:
        return None
    directory, name = unquote(found[1]), unquote(found[2])
    cursor.at += 1
    return Section(cursor.at, only=f"{directory.rstrip('/')}/{name}", absent=ONE_SIDE)


def _read_named(cursor: Cursor) -> Section | None:
    for form, absent, status in _NAMED:
        found = form.fullmatch(cursor.line)
        if found:
            cursor.at += 1
            return Section(cursor.at, announced=unquote(found[1]), status=status, absent=absent)
    return None


def _read_fossil(cursor: Cursor) -> Section | None:
    found = _FOSSIL.fullmatch(cursor.line)
    if not found:
        return None
    cursor.at += 1
    return Section(cursor.at, announced=found[2], status=_FOSSIL_STATUS.get(found[1]), absent=NOT_SHOWN)


def _read_submodule(cursor: Cursor) -> Section | None:
    """`git diff --submodule` lists commits instead of the `Subproject commit` lines."""
    found = _SUBMODULE.fullmatch(cursor.line)
    if not found:
        return None
    path, old, new = found.groups()
    section = Section(cursor.number, announced=path)
    cursor.at += 1
    while cursor.line.startswith(_SUBMODULE_COMMIT):
        cursor.at += 1
    removed = [f"-Subproject commit {old}"] if old.strip("0") else []
    added = [f"+Subproject commit {new}"] if new.strip("0") else []
    section.deletions, section.additions = len(removed), len(added)
    header = "index" if removed and added else "new file mode" if added else "deleted file mode"
    section.headers[header] = f"{old}..{new} {_SUBMODULE_MODE}" if header == "index" else _SUBMODULE_MODE
    ranges = f"-{'1' if removed else '0,0'} +{'1' if added else '0,0'}"
    section.patch = "\n".join([f"@@ {ranges} @@", *removed, *added, ""])
    return section


def _read_properties(cursor: Cursor) -> Section | None:
    """Svn's `Property changes on: PATH`, with the properties below."""
    found = _PROPERTIES.fullmatch(cursor.line)
    if not found or not cursor.ahead(1).startswith(_RULE):
        return None
    section = Section(cursor.number, announced=found[1] or ".", absent=PROPERTIES)
    cursor.at += 2
    while _is_property(cursor):
        cursor.at += 1
    return section


def _is_property(cursor: Cursor) -> bool:
    """Whether the next line is the name of an svn property, its hunk header, or one of its lines."""
    line = cursor.line
    if cursor.is_done or cursor.starts("--- ", "+++ "):
        return False
    if line.startswith(("##", "+", "-", " ", "\\")):
        return True
    named = _PROPERTIES.fullmatch(line)
    return bool(named and named[1]) and (cursor.ahead(1).startswith(("## ", "   ")))


_READERS = (
    _read_pair,
    _read_kinds,
    _read_only,
    _read_named,
    _read_fossil,
    _read_submodule,
    _read_properties,
)
