"""Collects the parts of a diff that describe one file, and builds a `File` from them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from bot.core.change import File, FileStatus
from bot.core.diff.error import DiffError
from bot.core.diff.names import common, split_pair, unquote
from bot.core.diff.no_patch import BINARY, EMPTY, NOT_SHOWN, PROPERTIES, reason
from bot.core.diff.paths import NOWHERE, HeaderName, plain_split, slashed, tidy
from bot.core.diff.prefixes import Pair, Prefixes, Split, contested

_HEADERS = (
    "index ",
    "old mode ",
    "new mode ",
    "new file mode ",
    "deleted file mode ",
    "similarity index ",
    "dissimilarity index ",
    "rename from ",
    "rename to ",
    "copy from ",
    "copy to ",
)
_MOVES = {"rename": FileStatus.RENAMED, "copy": FileStatus.COPIED}
_SIDES: dict[int | None, FileStatus] = {0: FileStatus.REMOVED, 1: FileStatus.ADDED}
_MOST_ROOTS = 8  # one `diff -r` has one; diffs may be concatenated
_EMPTY_BLOBS = ("e69de29", "473a0f4")  # by SHA-1 and by SHA-256
_SVN_REVISION = re.compile(r"@\d+$")


class Roots(NamedTuple):
    """The prefixes of the old and the new tree of `diff -r`; paths that occur in several trees; and the
    prefixes of git.
    """

    old: frozenset[str] = frozenset()
    new: frozenset[str] = frozenset()
    contested: frozenset[str] = frozenset()
    git: Prefixes = Prefixes()

    def strip(self, name: str) -> str:
        """`name` without the longest root that it begins with, or without git's usual prefix."""
        known = sorted(self.old | self.new, key=len, reverse=True)
        root = next((root for root in known if name.startswith(root)), None)
        if root is None:
            root = name[:2] if name.startswith(("a/", "b/")) else ""
        return name[len(root) :] or name


@dataclass(slots=True)
class Section:
    """The section of one file, which begins on `line`.

    `pair` is the text after `diff --git `, `headers` are git's extended header lines by keyword, `old` and
    `new` the names in `---` and `+++`. `announced`, `status` and `previous` come from preceding lines of
    other tools. `only` is the name in `Only in DIRECTORY: NAME`, with its directory. `absent` is a specific
    reason for a missing patch.
    """

    line: int
    pair: str = ""
    announced: str = ""
    status: FileStatus | None = None
    previous: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    old: HeaderName | None = None
    new: HeaderName | None = None
    only: str = ""
    patch: str | None = None
    context: int = 0
    additions: int = 0
    deletions: int = 0
    binary: bool = False
    absent: str = ""

    def take_header(self, line: str) -> bool:
        """Stores one of git's extended header lines; False if `line` is another line."""
        for words in _HEADERS:
            if line.startswith(words):
                self.headers[words.strip()] = line[len(words) :].rstrip("\r")
                return True
        return False

    def follow(self, last: "Section | None") -> None:
        """Copies the name of the previous section if this one lists its svn properties: with `--git`, svn
        names the same path relative to the repository there.
        """
        owner = last.announced if last and self.absent == PROPERTIES else ""
        if owner and (not tidy(owner) or self.announced.endswith(f"/{owner}")):
            self.announced = owner

    @property
    def is_of_root(self) -> bool:
        """Whether this describes svn's working directory itself, which has no lines."""
        return bool(self.announced) and not tidy(self.announced) and self.patch is None

    @property
    def says_nothing(self) -> bool:
        """Whether the section is only a line `diff --git`."""
        return bool(self.pair) and not (self.headers or self.old or self.binary)

    @property
    def blobs(self) -> tuple[str, str] | None:
        """The blobs before and after from git's `index` line, possibly abbreviated."""
        before, dots, after = self.headers.get("index", "").partition(" ")[0].partition("..")
        return (before, after) if dots else None

    @property
    def plain(self) -> Split | None:
        """The split of the names in `---` and `+++` from a tool other than git."""
        if self.pair or len(names := self._shown_names) != 2:
            return None
        return plain_split(*names)

    @property
    def named_pair(self) -> Pair | None:
        """The two names after `diff --git`, if the section reveals where the second one begins."""
        pair = split_pair(self.pair) if self.pair else None
        if pair or not self.pair:
            return pair
        names = self._shown_names
        if len(names) == 1:
            return self._pair_with(names[0])
        return (names[0], names[1]) if names else None

    @property
    def moved_prefixes(self) -> Pair | None:
        """The prefixes of the names after `diff --git`; the lines of a rename show the names without them."""
        moved = self._moved()
        if not moved or not self.pair or self.announced:
            return None
        target, origin = moved
        pair = self.named_pair or self._pair_with(self.pair.partition(f"{origin} ")[0] + origin)
        if not pair or not (pair[0].endswith(origin) and pair[1].endswith(target)):
            return None
        return pair[0].removesuffix(origin), pair[1].removesuffix(target)

    @property
    def is_half_moved(self) -> bool:
        """Whether there is only one of the two lines that name a rename."""
        return any((f"{verb} from" in self.headers) != (f"{verb} to" in self.headers) for verb in _MOVES)

    @property
    def is_moved(self) -> bool:
        return self._moved() is not None

    @property
    def side(self) -> int | None:
        """The only side that has the file, by git's headers: 0 is the old one. Where a prefix begins with a
        slash, git takes it for /dev/null, and calls every file new.
        """
        if "deleted file mode" in self.headers:
            return 0
        if "new file mode" not in self.headers:
            return None
        if self.new and self.new.name == NOWHERE:
            return 0
        has_old = self.old and not self.old.absent and not (self.patch or "").startswith("@@ -0,0 ")
        return None if has_old else 1

    def file(self, roots: Roots) -> File:
        """Raises `DiffError` if the file name is ambiguous."""
        path, previous = self._names(roots)
        before, after = self._modes()
        status = self._status(before, after, roots)
        absent = self._absent(status, mode_changed=before != after)
        return File(
            path=path,
            previous=previous,
            status=status,
            additions=self.additions,
            deletions=self.deletions,
            before=before,
            after=after,
            patch=self.patch,
            absent=None if self.patch is not None else absent,
        )

    def _status(self, before: str | None, after: str | None, roots: Roots) -> FileStatus:
        moved = next((status for verb, status in _MOVES.items() if f"{verb} to" in self.headers), None)
        known = moved or _SIDES.get(self.side) or self.status
        if known:
            return known
        if _is_absent(self.old, self.context + self.deletions):
            return FileStatus.ADDED
        if _is_absent(self.new, self.context + self.additions):
            return FileStatus.REMOVED
        if self.only:
            return _side(self.only, roots)
        return FileStatus.MODIFIED if kind(before) == kind(after) else FileStatus.RETYPED

    def _absent(self, status: FileStatus, *, mode_changed: bool) -> str:
        """The reason for a missing patch. If git names two different blobs, the diff omits their lines."""
        if self.absent and not self.binary:
            return self.absent
        why = reason(status, binary=self.binary, mode_changed=mode_changed)
        if why == BINARY or self.blobs is None:
            return why
        if why == EMPTY:
            blob = self.blobs[0 if status is FileStatus.REMOVED else 1]
            return EMPTY if blob.startswith(_EMPTY_BLOBS) else NOT_SHOWN
        return why if self.blobs[0] == self.blobs[1] else NOT_SHOWN

    def _modes(self) -> tuple[str | None, str | None]:
        """Modes before and after; `index` has a mode only if both are equal."""
        both = self.headers.get("index", "").partition(" ")[2] or None
        before = self.headers.get("old mode") or self.headers.get("deleted file mode") or both
        after = self.headers.get("new mode") or self.headers.get("new file mode") or both
        return before, None if self.side == 0 else after

    def _names(self, roots: Roots) -> tuple[str, str | None]:
        """Path and previous path, from the most reliable lines."""
        path, previous = self._rooted(roots) or self._moved() or (self._path(roots), self.previous)
        path, previous = self._announced(tidy(path), tidy(previous))
        if not path:
            raise DiffError(self.line, "cannot determine the file name; use git's default prefixes a/ and b/")
        return path, previous or None

    def _announced(self, path: str, previous: str) -> tuple[str, str]:
        """The paths relative to svn's working directory; with `--git` it shows those of the repository."""
        owner = tidy(self.announced)
        if not owner or not self.pair or not path.endswith(f"/{owner}"):
            return path, previous
        return owner, previous.removeprefix(path.removesuffix(owner))

    def _rooted(self, roots: Roots) -> Pair | None:
        """The names of a rename between two directories, which `git diff --no-index` compares."""
        prefixes, moved = self.moved_prefixes, self._moved()
        if not prefixes or not moved or roots.git.knows(prefixes):
            return None
        path = roots.git.strip(prefixes[1] + moved[0], side=1)
        previous = roots.git.strip(prefixes[0] + moved[1], side=0)
        return (path, previous) if path and previous else None

    def _moved(self) -> tuple[str, str] | None:
        for verb in _MOVES:
            origin, target = self.headers.get(f"{verb} from"), self.headers.get(f"{verb} to")
            if origin and target:
                origin = _SVN_REVISION.sub("", origin) if self.announced else origin
                return unquote(target), unquote(origin)
        return None

    def _path(self, roots: Roots) -> str:
        if self.pair:
            return self._git_path(roots)
        if self.only:
            return roots.strip(self.only)
        shown = self._plain_path(roots)
        if not shown or (self.announced.endswith(f"/{shown}") and self._is_bare):
            return self.announced or shown  # CVS shows a file's name without its directory
        return shown

    @property
    def _is_bare(self) -> bool:
        """Whether the names have no prefixes."""
        return bool(self.old and self.new and self.old.name == self.new.name)

    @property
    def _shown_names(self) -> list[str]:
        """The names in `---` and `+++` of the sides where the file exists."""
        names = [shown.name for shown in (self.old, self.new) if shown and shown.name != NOWHERE]
        return names if self.pair else [slashed(name) for name in names if name != "-"]

    def _plain_path(self, roots: Roots) -> str:
        split, names = self.plain, self._shown_names
        if split and split.path not in roots.contested:
            return split.path
        if not names:
            return ""
        bare = common(names[-1], self.announced) if names[-1] != self.announced else None
        return bare or (names[-1] if split else roots.strip(names[-1]))

    def _git_path(self, roots: Roots) -> str:
        prefixes, pair = roots.git, self.named_pair or roots.git.halve(self.pair)
        if not pair or (pair[0].startswith("/") and not self.old):
            return self.announced
        split = prefixes.split(*pair)
        if split and self.side is not None and not prefixes.knows(split.prefixes):
            return prefixes.strip(pair[self.side], side=self.side) or split.path
        return prefixes.path(*pair) or self.announced

    def _pair_with(self, name: str) -> tuple[str, str] | None:
        """The two names of `pair`, given that one of them is `name`."""
        if self.pair.endswith(f" {name}"):
            return self.pair[: -len(name) - 1], name
        return (name, self.pair[len(name) + 1 :]) if self.pair.startswith(f"{name} ") else None


def find_roots(sections: Sequence[Section]) -> Roots:
    """The roots of a plain diff, inferred from all names (none if there are too many), and git's prefixes."""
    plain = [split for section in sections if (split := section.plain)]
    found = {split.prefixes for split in plain}
    if len(found) > _MOST_ROOTS:
        found = set()
    return Roots(
        frozenset(old for old, _ in found if old),
        frozenset(new for _, new in found if new),
        contested(plain),
        _find_prefixes(sections),
    )


def _find_prefixes(sections: Sequence[Section]) -> Prefixes:
    renamed = [prefixes for section in sections if (prefixes := section.moved_prefixes)]
    named = [section for section in sections if section.pair and not section.is_moved]
    pairs = [(section.side, pair) for section in named if (pair := section.named_pair)]
    return Prefixes(
        renamed,
        [pair for side, pair in pairs if side is None],
        [pair for side, pair in pairs if side is not None],
    )


def _is_absent(shown: HeaderName | None, lines: int) -> bool:
    """Whether the file is missing on a side with this name and so many lines."""
    return shown is not None and (shown.absent or (shown.epoch and not lines))


def _side(name: str, roots: Roots) -> FileStatus:
    """The status of a file that exists in only one tree."""
    if name.startswith(tuple(roots.new) or "b/"):
        return FileStatus.ADDED
    return FileStatus.REMOVED if name.startswith(tuple(roots.old) or "a/") else FileStatus.MODIFIED


def kind(mode: str | None) -> str | None:
    """The part of a mode for the type of a path: regular file, symbolic link or submodule."""
    return mode[:-3] if mode else None


def retyped(removed: File, added: File) -> File:
    """One file from the two sections by which git shows a path that changed its type."""
    binary = BINARY in (removed.absent, added.absent)
    patches = [file.patch for file in (removed, added) if file.patch is not None]
    patch = None if binary or not patches else "".join(patches)
    absent = BINARY if binary else removed.absent
    return File(
        path=added.path,
        status=FileStatus.RETYPED,
        additions=0 if binary else added.additions,
        deletions=0 if binary else removed.deletions,
        before=removed.before,
        after=added.after,
        patch=patch,
        absent=absent if patch is None else None,
    )
