"""Reads a whole diff: what git prints (diff, show, format-patch, GitHub's .diff) or plain `diff -u`."""

import re
from collections.abc import Iterable, Iterator

from bot.core.change import File, Status
from bot.core.diff.error import DiffError
from bot.core.diff.hunks import measure, split_lines
from bot.core.diff.names import common, unquote
from bot.core.diff.section import NOWHERE, Section, retyped

_GIT = "diff --git "
_MAIL = re.compile(r"From [0-9a-f]{40,64} ")
_MESSAGE_END = re.compile(r"diff -|--- |---\r?$|From [0-9a-f]{40,64} ")
_BINARY = re.compile(r"Binary files (.+) and (.+) differ\r?")
_COMBINED = ("diff --cc ", "diff --combined ")
_PREAMBLE = ("commit ", "From ", "tag ")
_EPOCH = re.compile(r"(1970-01-01|1969-12-31) ")


def decode_diff(data: bytes) -> str:
    """A diff as text. Content that is not UTF-8 becomes U+FFFD; line ends stay as they are."""
    return data.decode("utf-8", "replace")


def parse_diff(text: str) -> tuple[File, ...]:
    """The files of a diff, in its order; none for an empty one. Raises `DiffError`.

    Commit messages and mail headers around the sections are passed over.
    """
    sections = _Reader(split_lines(text)).sections()
    files = tuple(_join_retyped(section.file() for section in sections))
    if not files and text.strip() and not text.lstrip().startswith(_PREAMBLE):
        raise DiffError(1, "no diff is found here; expected is the output of `git diff` or `diff -u`")
    return files


def _join_retyped(files: Iterable[File]) -> Iterator[File]:
    """Git shows a path that changed its type as removed, then added: one file to us."""
    last: File | None = None
    for file in files:
        if last and last.path == file.path and (last.status, file.status) == (Status.REMOVED, Status.ADDED):
            last = retyped(last, file)
            continue
        if last:
            yield last
        last = file
    if last:
        yield last


class _Reader:
    """Walks over the lines of a diff. `_at` is the index of the next one."""

    def __init__(self, lines: list[str]) -> None:
        self._lines = lines
        self._at = 0

    def sections(self) -> Iterator[Section]:
        while self._at < len(self._lines):
            line = self._lines[self._at]
            if line.startswith(_GIT):
                section = self._git_section()
            elif self._starts(self._at, "--- ", "+++ ", "@@ -"):
                section = self._plain_section()
            else:
                section = self._loose_line(line)
            if section:
                yield section

    def _starts(self, at: int, *words: str) -> bool:
        """Whether the lines from `at` on start with these words, one line each."""
        lines = self._lines[at : at + len(words)]
        return len(lines) == len(words) and all(
            line.startswith(word) for line, word in zip(lines, words, strict=True)
        )

    def _git_section(self) -> Section | None:
        """A section that begins with `diff --git`; None when the line stands alone and so says nothing:
        a sentence in a message, or a file that was touched without a change.
        """
        section = Section(line=self._at + 1, pair=self._next().removeprefix(_GIT).rstrip("\r"))
        while self._at < len(self._lines) and section.take_header(self._lines[self._at]):
            self._at += 1
        if self._starts(self._at, "--- "):
            self._take_names(section)
            self._take_hunks(section)
        elif self._starts(self._at, "GIT binary patch"):
            section.binary = True
            self._skip_binary_patch()
        elif self._at < len(self._lines) and _BINARY.fullmatch(self._lines[self._at]):
            section.binary = True
            self._at += 1
        return section if section.headers or section.old or section.binary else None

    def _plain_section(self) -> Section:
        """A section that begins with `---` right away."""
        section = Section(line=self._at + 1)
        self._take_names(section)
        self._take_hunks(section)
        return section

    def _loose_line(self, line: str) -> Section | None:
        """A line outside of all sections: most are prose, some would hide a change if passed over."""
        number = self._at + 1
        if line.startswith("@@ -"):
            raise DiffError(number, "a hunk stands here without the '---' and '+++' lines of its file")
        if line.startswith(_COMBINED):
            raise DiffError(number, "this is the combined diff of a merge; use `git diff BASE...HEAD`")
        self._at += 1
        if _MAIL.match(line):
            self._skip_message()
            return None
        names = _BINARY.fullmatch(line)
        return _plain_binary(number, line) if names else None

    def _skip_message(self) -> None:
        """Passes over a mail's headers and message, which end where `git am` sees them end."""
        while self._at < len(self._lines) and not _MESSAGE_END.match(self._lines[self._at]):
            self._at += 1

    def _next(self) -> str:
        line = self._lines[self._at]
        self._at += 1
        return line

    def _take_names(self, section: Section) -> None:
        section.old = _shown_name(self._next().removeprefix("--- "))
        if not self._starts(self._at, "+++ "):
            raise DiffError(self._at + 1, "a '+++' line must follow a '---' line")
        section.new = _shown_name(self._next().removeprefix("+++ "))

    def _take_hunks(self, section: Section) -> None:
        start = self._at
        while self._starts(self._at, "@@ "):
            self._at, additions, deletions = measure(self._lines, self._at)
            section.additions += additions
            section.deletions += deletions
        if self._at == start:
            raise DiffError(start + 1, "a hunk ('@@ -…') must follow the '+++' line")
        section.patch = "\n".join(self._lines[start : self._at]) + "\n"
        self._refuse_overlong_hunk()

    def _refuse_overlong_hunk(self) -> None:
        """A line of content behind the last hunk would be a change that nobody is shown."""
        line = self._lines[self._at].rstrip("\r") if self._at < len(self._lines) else ""
        if line[:1] not in ("+", "-", " ") or line in ("--", "-- ") or self._starts(self._at, "--- ", "+++ "):
            return
        raise DiffError(self._at + 1, "the hunk before holds fewer lines by the counts in its header")

    def _skip_binary_patch(self) -> None:
        """Base 85 in one or two blocks, each ended by an empty line."""
        self._at += 1
        while self._starts(self._at, "literal ") or self._starts(self._at, "delta "):
            while self._at < len(self._lines) and self._next().rstrip("\r"):
                pass


def _shown_name(text: str) -> str:
    """The name in a `---` or `+++` line: a tab and perhaps a date follow it. A file of the epoch is one
    that `diff -N` did not find.
    """
    name, _, date = text.rstrip("\r").partition("\t")
    return NOWHERE if _EPOCH.match(date) else unquote(name)


def _plain_binary(number: int, line: str) -> Section:
    """The section of `Binary files x and y differ` in the output of `diff -r`. Names may hold " and "."""
    names = line.rstrip("\r").removeprefix("Binary files ").removesuffix(" differ")
    at = [match.start() for match in re.finditer(" and ", names)]
    pairs = [(names[:start], names[start + 5 :]) for start in at]
    old, new = next((pair for pair in pairs if common(*pair)), pairs[0])
    return Section(line=number, old=unquote(old), new=unquote(new), binary=True)
