"""Names what a text is that holds no diff, and says what to do instead."""

import re
from typing import NamedTuple

from bot.core.diff.error import excerpt

_EXAMINED = 20_000  # characters at the beginning


class _Form(NamedTuple):
    sign: re.Pattern[str]
    is_a: str
    do: str


def _lines(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"^(?:{pattern})", re.MULTILINE)


_FORMS = (
    _Form(
        re.compile(r"\s*(?:<\?xml[^<>]{0,200}>\s{0,99})?<(?:!doctype|html|head|body)", re.IGNORECASE),
        "an HTML page, perhaps one that asks to sign in",
        "save the diff itself; on GitHub its address is that of the pull request with .diff at the end",
    ),
    _Form(
        re.compile(r"\s*<\?xml", re.IGNORECASE),
        "XML, such as `svn --xml` and `hg -T xml` print",
        "make it without these options",
    ),
    _Form(
        re.compile(r'\s*(?:\{\s*"|\[\s*[{"]|"(?:diff |--- |From |Index: ))'),
        "JSON, such as an API answers",
        "save the diff itself; GitHub's API gives it for 'Accept: application/vnd.github.diff'",
    ),
    _Form(
        _lines(r">[> ]*(?:diff |--- |\+\+\+ |@@ -|Index: )"),
        "a diff that is quoted in a mail",
        "take the '> ' away from the beginning of each line",
    ),
    _Form(
        _lines(r"(?=[\\/ ]{0,80}[|*])[|*\\/ ]{1,80}(?:commit |diff |--- |\+\+\+ |@@ -)"),
        "the output of `git log --graph`",
        "make it without --graph",
    ),
    _Form(
        _lines(r"[ \t]+(?:diff --git |--- \S|\+\+\+ |@@ -\d|Index: )"),
        "a diff that is indented",
        "take the blanks away from the beginning of each line",
    ),
    _Form(
        _lines(r" *(?:\d+|-): +(?:[0-9a-f]{4,64}|-+) [=!<>] +(?:\d+|-): "),
        "the output of `git range-diff`, which compares patches",
        "give the diff of the files: `git diff BASE...HEAD`",
    ),
    _Form(
        re.compile(r"[\u2500-\u257f]{3}|^.* --- (?:\d+/\d+ --- )?[A-Z]\w+$", re.MULTILINE),
        "the output of a program that displays diffs, such as delta or difftastic",
        "use `git --no-pager diff --no-color --no-ext-diff`",
    ),
    _Form(
        _lines(r"\d+(?:,\d+)?[acd]\d+(?:,\d+)?\s*$"),
        "a diff without context",
        "make it with `diff -u`",
    ),
    _Form(_lines(r"\d+(?:,\d+)?[acd]\s*$|[ad]\d+ \d+\s*$"), "an ed script", "make it with `diff -u`"),
    _Form(
        re.compile(r"From [0-9a-f]{40} "),
        "a mail without a patch, such as the cover letter of a series",
        "give the mails with the patches",
    ),
    _Form(
        _lines(
            r"[ACDMRTUX]\d*\t|:\d{6} \d{6} |(?:\d+|-)\t(?:\d+|-)\t|[ADM]M? {6,7}\S|"
            r" \S.* \| +(?:\d|Bin)| \d+ files? changed| +\d+\.\d% | (?:create|delete) mode "
        ),
        "a list of changed files without their lines (--stat, --numstat, --name-status, --raw)",
        "make it without these options, or with --patch",
    ),
    _Form(
        _lines(r"On branch |(?:[ MADRCU?!]{2}) \S"),
        "the output of `git status`",
        "give that of `git diff`",
    ),
    _Form(
        _lines(r"(?:fatal|error|usage|git|svn|hg|abort|diff|svn: E\d+)(?:: | \[)"),
        "the error message of a program",
        "run it again where it succeeds",
    ),
    _Form(re.compile(r"# v\d git bundle"), "a git bundle", "fetch from it, and give `git diff BASE...HEAD`"),
    _Form(
        re.compile(r"(?:[A-Za-z0-9+/]{60,}\r?\n)*[A-Za-z0-9+/]{24,}={0,2}\s*$"),
        "text in base 64",
        "decode it first: base64 --decode",
    ),
    _Form(
        re.compile(r"commit [0-9a-f]{7}|[0-9a-f]{7,40} \S"),
        "the output of `git log` without changes",
        "make it with --patch; for a merge, use `git diff BASE...HEAD`",
    ),
    _Form(
        re.compile(r"(?:[^\s./]+\r?\n)*[^\s/.]*[/.]\S*(?:\r?\n\S+)*\s*$"),
        "a list of names",
        "give the diff itself: make it without --name-only",
    ),
)


def identify(text: str) -> str:
    """A sentence on `text`, in which no file's changes are found."""
    head = text[:_EXAMINED]
    for form in _FORMS:
        if form.sign.search(head) if form.sign.flags & re.MULTILINE else form.sign.match(head):
            return f"not a diff: this looks like {form.is_a}; {form.do}"
    first = next((line for line in head.split("\n") if line.strip()), "")
    return f"not a diff: the text begins with {excerpt(first)}; expected `git diff` or `diff -u` output"
