"""What a diff says of one file, gathered line by line and then turned into a `File`."""

from dataclasses import dataclass, field

from bot.core.change import File, Status
from bot.core.diff.error import DiffError
from bot.core.diff.names import common, split_pair, strip_prefix, unquote
from bot.core.diff.reasons import BINARY, reason

NOWHERE = "/dev/null"

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


@dataclass(slots=True)
class Section:
    """A file's section. `line` is where it begins, `pair` what stands behind `diff --git `, `headers`
    git's extended header lines by their words, `old` and `new` the names in `---` and `+++`.
    """

    line: int
    pair: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    old: str = ""
    new: str = ""
    patch: str | None = None
    additions: int = 0
    deletions: int = 0
    binary: bool = False

    def take_header(self, line: str) -> bool:
        """Keeps one of git's extended header lines; False when `line` is none of them."""
        for words in _HEADERS:
            if line.startswith(words):
                self.headers[words.strip()] = line[len(words) :].rstrip("\r")
                return True
        return False

    def file(self) -> File:
        """Raises `DiffError` when the file's name cannot be told."""
        path, previous = self._names()
        before, after = self._modes()
        status = self._status(before, after)
        absent = reason(status, binary=self.binary, mode_changed=before != after)
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

    def _status(self, before: str | None, after: str | None) -> Status:
        if "new file mode" in self.headers or self.old == NOWHERE:
            return Status.ADDED
        if "deleted file mode" in self.headers or self.new == NOWHERE:
            return Status.REMOVED
        if "rename to" in self.headers:
            return Status.RENAMED
        if "copy to" in self.headers:
            return Status.COPIED
        return Status.MODIFIED if _kind(before) == _kind(after) else Status.RETYPED

    def _modes(self) -> tuple[str | None, str | None]:
        """Modes before and after; `index` names one only where both are the same."""
        both = self.headers.get("index", "").partition(" ")[2] or None
        before = self.headers.get("old mode") or self.headers.get("deleted file mode") or both
        after = self.headers.get("new mode") or self.headers.get("new file mode") or both
        return before, after

    def _names(self) -> tuple[str, str | None]:
        """Path and previous path, from the lines that can be trusted most."""
        for verb in ("rename", "copy"):
            origin, target = self.headers.get(f"{verb} from"), self.headers.get(f"{verb} to")
            if origin and target:
                return unquote(target), unquote(origin)
        shown = (self.old, self.new) if NOWHERE not in (self.old, self.new) else None
        pair = split_pair(self.pair) or shown
        path = (pair and common(*pair)) or self._shown_name()
        if not path:
            raise DiffError(self.line, "cannot tell the file's name; use git's usual prefixes, a/ and b/")
        return path, None

    def _shown_name(self) -> str:
        """The name in `+++`, or of a removed file the one in `---`."""
        if self.new != NOWHERE:
            return strip_prefix(self.new, "b/")
        return strip_prefix(self.old, "a/")


def _kind(mode: str | None) -> str | None:
    """The part of a mode that says what a path is: regular file, symbolic link or submodule."""
    return mode[:-3] if mode else None


def retyped(removed: File, added: File) -> File:
    """One file from the two sections in which git shows a path that became another kind of thing."""
    binary = BINARY in (removed.absent, added.absent)
    patches = [file.patch for file in (removed, added) if file.patch is not None]
    patch = None if binary or not patches else "".join(patches)
    absent = BINARY if binary else removed.absent
    return File(
        path=added.path,
        status=Status.RETYPED,
        additions=0 if binary else added.additions,
        deletions=0 if binary else removed.deletions,
        before=removed.before,
        after=added.after,
        patch=patch,
        absent=absent if patch is None else None,
    )
