"""Recognizes common texts that are not a diff, and says what to do instead."""

import re
from typing import NamedTuple

from bot.core.diff.error import excerpt

_EXAMINED = 20_000  # characters, from the beginning


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
        "save the diff itself; on GitHub, append .diff to the address of the pull request",
    ),
    _Form(
        re.compile(r"\s*<\?xml", re.IGNORECASE),
        "XML, such as the output of `svn --xml` or `hg -T xml`",
        "run it without these options",
    ),
    _Form(
        re.compile(r'\s*(?:\{\s*"|\[\s*[{"]|"(?:diff |--- |From |Index: ))'),
        "JSON, such as an API response",
        "save the diff itself; GitHub's API returns it for 'Accept: application/vnd.github.diff'",
    ),
    _Form(
        _lines(r">[> ]*(?:diff |--- |\+\+\+ |@@ -|Index: )"),
        "a diff quoted in an email",
        "remove the '> ' at the beginning of each line",
    ),
    _Form(
        _lines(r"(?=[\\/ ]{0,80}[|*])[|*\\/ ]{1,80}(?:commit |diff |--- |\+\+\+ |@@ -)"),
        "the output of `git log --graph`",
        "run it without --graph",
    ),
    _Form(
        _lines(r"[ \t]+(?:diff --git |--- \S|\+\+\+ |@@ -\d|Index: )"),
        "an indented diff",
        "remove the indentation of each line",
    ),
    _Form(
        _lines(r" *(?:\d+|-): +(?:[0-9a-f]{4,64}|-+) [=!<>] +(?:\d+|-): "),
        "the output of `git range-diff`, which compares patches",
        "use a diff of the files: `git diff BASE...HEAD`",
    ),
    _Form(
        re.compile(r"[\u2500-\u257f]{3}|^.* --- (?:\d+/\d+ --- )?[A-Z]\w+$", re.MULTILINE),
        "the output of a program that displays diffs, such as delta or difftastic",
        "use `git --no-pager diff --no-color --no-ext-diff`",
    ),
    _Form(
        _lines(r"\d+(?:,\d+)?[acd]\d+(?:,\d+)?\s*$"),
        "a diff without context",
        "use `diff -u`",
    ),
    _Form(_lines(r"\d+(?:,\d+)?[acd]\s*$|[ad]\d+ \d+\s*$"), "an ed script", "use `diff -u`"),
    _Form(
        re.compile(r"From [0-9a-f]{40} "),
        "an email without a patch, such as the cover letter of a series",
        "use the emails with the patches",
    ),
    _Form(
        _lines(
            r"[ACDMRTUX]\d*\t|:\d{6} \d{6} |(?:\d+|-)\t(?:\d+|-)\t|[ADM]M? {6,7}\S|"
            r" \S.* \| +(?:\d|Bin)| \d+ files? changed| +\d+\.\d% | (?:create|delete) mode "
        ),
        "a list of changed files without their lines (--stat, --numstat, --name-status, --raw)",
        "run it without these options, or with --patch",
    ),
    _Form(
        _lines(r"On branch |(?:[ MADRCU?!]{2}) \S"),
        "the output of `git status`",
        "use the output of `git diff`",
    ),
    _Form(
        _lines(r"(?:fatal|error|usage|git|svn|hg|abort|diff|svn: E\d+)(?:: | \[)"),
        "the error message of a program",
        "fix the error, then run the program again",
    ),
    _Form(re.compile(r"# v\d git bundle"), "a git bundle", "fetch from it, then use `git diff BASE...HEAD`"),
    _Form(
        re.compile(r"(?:[A-Za-z0-9+/]{60,}\r?\n)*[A-Za-z0-9+/]{24,}={0,2}\s*$"),
        "Base64 text",
        "decode it first: base64 --decode",
    ),
    _Form(
        re.compile(r"commit [0-9a-f]{7}|[0-9a-f]{7,40} \S"),
        "the output of `git log` without changes",
        "run it with --patch; for a merge, use `git diff BASE...HEAD`",
    ),
    _Form(
        re.compile(r"(?:[^\s./]+\r?\n)*[^\s/.]*[/.]\S*(?:\r?\n\S+)*\s*$"),
        "a list of names",
        "use the diff itself: run git without --name-only",
    ),
)


def identify(text: str) -> str:
    """A sentence on what `text`, which contains no file changes, seems to be."""
    head = text[:_EXAMINED]
    for form in _FORMS:
        if form.sign.search(head) if form.sign.flags & re.MULTILINE else form.sign.match(head):
            return f"not a diff: this looks like {form.is_a}; {form.do}"
    first = next((line for line in head.split("\n") if line.strip()), "")
    return f"not a diff: the text begins with {excerpt(first)}; expected `git diff` or `diff -u` output"
