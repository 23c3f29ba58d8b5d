"""Recognizes the text between the files of a diff: commit messages, mail headers, statistics, tool output.

Unknown lines are reported. A line that resembles a part of a diff is an error, because skipping it would hide
a change.
"""

import re
from enum import Enum, auto

from bot.core.diff.cursor import Cursor
from bot.core.diff.error import DiffError, excerpt
from bot.core.diff.unified import is_hunk

_SHA = r"[0-9a-f]{4,64}"
_MAIL = re.compile(r"From [0-9a-f]{40,64} |From \S{1,200}@\S{1,200} .*\d{4}$")
_COMMIT = re.compile(rf"commit (?:[-<>=+] )?{_SHA}\b")
_SURE_COMMIT = re.compile(r"(?:Author|Merge|Commit|gpg|tree|Reflog|log size):? ")
_FIELDS = re.compile(
    r"(?:Author|AuthorDate|Commit|CommitDate|Date|Merge|Reflog|Reflog message|Tagger|TaggerDate|gpg|Good|"
    r"Primary key fingerprint|Notes|log size|tree|parent|author|committer|encoding|gpgsig|mergetag)\b"
)
_HEADERS = re.compile(
    r"(?:Subject|From|To|Cc|Message-ID|Author|Description|Origin|Bug|Bug-\w+|Forwarded|Last-Update|Patch-name|"
    r"Reviewed-by|Applied-Upstream|MIME-Version|Received|Return-Path|Delivered-To|Content-[\w-]+|X-[\w-]+|"
    r"In-Reply-To|References|List-[\w-]+|DKIM-Signature|Authentication-Results):",
    re.IGNORECASE,
)
_FREE = re.compile(
    r"# HG changeset patch|changeset: +\d+:[0-9a-f]|tag \S+$|Change \d+ by \S+@\S+ on |"
    r"# Bazaar merge directive|revno: |message:$"
)
_ONELINE = re.compile(rf"{_SHA} |stash@\{{\d+\}}: ")  # `git log --oneline`, `git stash list`
_BARE = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})$")  # `git diff-tree -p COMMIT`
_NEWEST_FIRST = re.compile(rf"commit |changeset: |-{{60,}}$|revno: |{_ONELINE.pattern}|{_BARE.pattern}")
_SVN_LOG = re.compile(r"r\d+ \| ")

_STATISTICS = re.compile(
    r" .*[^ ] *\| +(?:\d+(?: [+-]+)?$|Bin\b.*|Unmerged$)|"
    r" \d+ files? changed(?:, \d+ (?:insertion|deletion)s?\([+-]\))*$|"
    r" (?:create mode|delete mode|mode change|rename|copy|rewrite) .+|"
    r" +\d+\.\d% .+|"
    r":\d{6} \d{6} [0-9a-f.]+ [0-9a-f.]+ [A-Z]\d*\t.+|"
    r"(?:\d+|-)\t(?:\d+|-)\t.+"
)
_NUMBERED = re.compile(
    r"(?:\d+\t\d+|-\t-)\t.+"
)  # --numstat, where the line of a binary file looks like a removed line
_COUNTED = re.compile(r" (\d{1,9}) files? changed\b", re.ASCII)
_SHIFTED = re.compile(r" {1,3}(?:diff |--- |\+\+\+ |@@ -|Index: )")  # messages are indented by four spaces
_NOISE = re.compile(
    r"warning: .*\b(?:CRLF|LF) (?:will be|as it )|"
    r"The file will have its original line endings|"
    r"warning: (?:exhaustive rename detection|only found copies|inexact rename|you may want to set)|"
    r"Files .+ and .+ are identical$|"
    r"=== (?:added|removed|modified) (?:directory|tree-reference) |"
    r"cvs \w+: Diffing |"
    r"==== //.+ ==== identical$|"  # `p4 diff2`
    r"base-commit: [0-9a-f]{40,64}$|prerequisite-patch-id: [0-9a-f]{40,64}$|"
    r"Shelved files \.\.\.$|"
    r"Affected files \.\.\.$|Differences \.\.\.$|"
    r"```[\w-]*$|~~~[\w-]*$|"
    r"-{60,}$|diff:$"
)
_COMMAND = re.compile(r"diff (?:'?-|\")")
_BELOW_COMMAND = (
    "--- ",
    "Binary files ",
    "Files ",
    "File ",
    "Symbolic links ",
    "Only in ",
    "Common sub",
)
_SIGNATURE = ("-- ", "--")
_NORMAL = re.compile(r"\d+(?:,\d+)?[acd]\d+(?:,\d+)?$")
_INTERDIFF = ("only in patch1:", "only in patch2:", "reverted:", "unchanged:")


class _State(Enum):
    """OPEN: between files or before them. LOG: in `git log`. FREE: in free text. MAIL: in a mail of git,
    which is free text up to its line "---". SIGNATURE: after the last file of a mail.
    """

    OPEN = auto()
    LOG = auto()
    FREE = auto()
    MAIL = auto()
    SIGNATURE = auto()


class Prose:
    """Classifies the lines between files. `commit` counts the commits so far, `newest_first` is their order
    in the log. `counted` has, by commit, the index of the line with the number of changed files, and that
    number.
    """

    def __init__(self) -> None:
        self._state = _State.OPEN
        self._has_files = False
        self._follows_hunk = False
        self._owes_rule = False
        self._has_text = False
        self.commit = 0
        self.newest_first = False
        self.counted: dict[int, tuple[int, int]] = {}
        self._has_statistics = False

    @property
    def is_free(self) -> bool:
        """Whether a single line may resemble a file's header by chance."""
        return self._state in (_State.FREE, _State.MAIL)

    @property
    def is_text(self) -> bool:
        """Whether the text is more than commits without changes."""
        return self._has_statistics or (self._has_text and not self.commit)

    @property
    def is_mail(self) -> bool:
        """Whether only complete sections count, as in `git am`."""
        return self._state is _State.MAIL

    def pass_file(self, *, has_hunks: bool) -> None:
        """Records that a file's section was parsed."""
        self._owes_rule = self._owes_rule or self._state is _State.MAIL
        self._state = _State.OPEN
        self._has_files = self._has_text = True
        self._follows_hunk = has_hunks

    def take(self, cursor: Cursor) -> bool:
        """Consumes a line; False if it is unknown. Raises `DiffError`."""
        known = not cursor.line.strip() or self._begins(cursor) or self._knows(cursor)
        if counted := _COUNTED.match(cursor.line):
            self.counted[self.commit] = cursor.at, int(counted[1])
        self.commit += not known  # possibly a message in a custom format
        self._has_text = self._has_text or bool(cursor.line.strip())
        self._follows_hunk = False
        cursor.at += 1
        return known

    def _begins(self, cursor: Cursor) -> bool:
        """Whether a commit or mail begins with the next line."""
        state = self._begun(cursor)
        if state is None:
            return False
        self._state = state
        self.commit += 1
        self.newest_first = self.newest_first or bool(_NEWEST_FIRST.match(cursor.line))
        self._owes_rule = False
        return True

    def _begun(self, cursor: Cursor) -> _State | None:
        line, after = cursor.line, cursor.ahead(1)
        if _MAIL.match(line):
            return _State.MAIL
        if _COMMIT.match(line) and (not self.is_free or _SURE_COMMIT.match(after)):
            return _State.LOG
        if line.startswith("-" * 60) and (_SVN_LOG.match(after) or _FREE.match(after)):
            return _State.FREE
        if self._state is _State.OPEN and (_ONELINE.match(line) or _BARE.match(line)):
            return _State.OPEN
        is_start = self._state is _State.OPEN and (_FREE.match(line) or self._is_head(line))
        return _State.FREE if is_start or line.startswith("# HG changeset patch") else None

    def _is_head(self, line: str) -> bool:
        """Whether `line` begins a mail without git's first line, or the header of a Debian patch."""
        return not self._has_text and bool(_HEADERS.match(line))

    def _knows(self, cursor: Cursor) -> bool:
        line = cursor.line
        self._refuse_foreign(cursor)
        if self._owes_rule and self._state is _State.OPEN and line == "---":
            self._state, self._owes_rule = _State.FREE, False
            return True
        if self._state is _State.MAIL:
            self._state = _State.FREE if line == "---" else _State.MAIL
            return True
        if self._state is _State.FREE:
            return not is_hunk(cursor)
        if self._state is _State.LOG and (
            line.startswith((" ", "\t")) or line == "---" or _FIELDS.match(line)
        ):
            self._has_statistics = self._has_statistics or bool(_STATISTICS.match(line))
            return not _SHIFTED.match(line)
        if self._has_files and line in _SIGNATURE:
            self._state = _State.SIGNATURE
            return True
        if not self._is_numbered(cursor):
            self._refuse_structure(cursor)
        return self._state is _State.SIGNATURE or self._is_noise(cursor)

    def _is_numbered(self, cursor: Cursor) -> bool:
        """Whether a line of --numstat is next: in a commit's header, or before a file."""
        line, after = cursor.line, cursor.ahead(1)
        if not _NUMBERED.fullmatch(line):
            return False
        if self._state is _State.LOG or _NUMBERED.fullmatch(after):
            return True
        is_first = not (cursor.at and _NUMBERED.fullmatch(cursor.ahead(-1)))
        header = cursor.ahead(2) if not after else ""
        return header.startswith("diff ") and (not is_first or line.rpartition("\t")[2] in header)

    def _is_noise(self, cursor: Cursor) -> bool:
        line = cursor.line
        if _STATISTICS.match(line):
            return True
        if _COMMAND.match(line) and cursor.ahead(1).startswith(_BELOW_COMMAND):
            return True
        return bool(_NOISE.match(line)) or (line == "---" and not self._has_files) or line.startswith("# ")

    def _refuse_foreign(self, cursor: Cursor) -> None:
        """Raises `DiffError` for lines of unsupported diff formats, which no prose contains by chance."""
        line, after, number = cursor.line, cursor.ahead(1), cursor.number
        text = excerpt(line)
        if line.startswith("\x1b"):
            raise DiffError(number, f"{text} contains terminal control codes; run the diff with --no-color")
        if "\0" in line:
            raise DiffError(number, f"{text} contains NUL characters; run the diff without -z, and in UTF-8")
        if line.startswith("*" * 15) or (line.startswith("*** ") and after.startswith("--- ")):
            raise DiffError(number, f"{text} begins a context diff; use `diff -u`")
        if _NORMAL.match(line) and after.startswith(("< ", "> ")):
            raise DiffError(number, f"{text} begins a diff without context; use `diff -u`")
        if self._has_files and line in _INTERDIFF:
            raise DiffError(number, f"{text}: this compares two patches; use a diff of the files instead")

    def _refuse_structure(self, cursor: Cursor) -> None:
        """Raises `DiffError` for lines that resemble a part of a file's section outside of prose."""
        line, number = cursor.line, cursor.number
        text = excerpt(line)
        if line.startswith("@@@"):
            raise DiffError(number, f"{text}: this hunk of a merge has no file header")
        if line.startswith("@@ -"):
            raise DiffError(number, f"{text}: this hunk has no '---' and '+++' lines before it")
        if line.startswith("@@"):
            raise DiffError(number, f"{text}: expected a hunk header: '@@ -LINE,COUNT +LINE,COUNT @@'")
        if cursor.starts("--- ", "+++ "):
            raise DiffError(number, f"{text}: expected a hunk ('@@ -…') after the '---' and '+++' lines")
        if line == "~" and self._has_files:
            raise DiffError(number, "this is a word diff; run it without --word-diff")
        if self._follows_hunk and line[:1] in ("+", "-", " "):
            raise DiffError(
                number,
                f"{text}: exceeds the counts in the header of the previous hunk; create the diff again",
            )
        if self._has_files and line[:1] in ("+", "-") and not line.startswith("-" * 60):
            raise DiffError(
                number, f"{text} looks like a changed line outside of a hunk; create the diff again"
            )
