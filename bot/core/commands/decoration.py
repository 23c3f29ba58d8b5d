"""Strips invisible characters and Markdown decoration from the start of a comment."""

# ruff: noqa: RUF001 - people write in the scripts and with the marks of their languages

import re
import unicodedata

INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067"
    "\u2068\u2069\ufe0f\ufeff"
)
"""Zero-width characters, which some editors and keyboards insert at the beginning."""

_CODE = re.compile(r" {4}| {0,3}\t|\s*(?:`{3}[^`\n]*(?:\n|$)|~{3})")
_UNSEEN = re.compile(rf"\A(?:(?:[^\S\n]|[{INVISIBLE}])*(?:\n|<!--.*?-->))*", re.DOTALL)
_LISTED = re.compile(r"(?:[-*+•]|\d{1,3}[.)])[ \t]+(?!\[[ xX]\])|#{1,6}[ \t]+")
_MARK = re.compile(r"\*{1,3}|_{1,3}|`+")
_DEEPEST = 10  # nested marks
_WORD = re.compile(r"[@/／]?\w(?:[\w-]|\[bot\])*[.,!?:;…]*")
_SLASH = re.compile(r"(?:\\?/|[／∕⁄⧸])[ \t]*(?=[^\W\d_])")


def first_words(text: str) -> str:
    """`text` from its first visible line on, without decoration; empty if that line is code."""
    text = from_first_line(text)
    if _CODE.match(text):
        return ""
    return undecorated(text.strip(INVISIBLE + " \t\r\n"))


def undecorated(text: str) -> str:
    """`text` with its first line undecorated: without list or heading marks, without emphasis or code around
    its beginning, and with a plain slash. Further lines are unchanged.
    """
    line, break_, rest = text.partition("\n")
    line = _LISTED.sub("", line.lstrip(), count=1) if _LISTED.match(line.lstrip()) else line.lstrip()
    for _ in range(_DEEPEST):
        mark = _MARK.match(line)
        inner = _without_closing(line[mark.end() :], mark[0]) if mark else ""
        if not inner:
            break
        line = inner.lstrip(INVISIBLE + " \t")
    return _with_plain_slash(line) + break_ + rest


def from_first_line(text: str) -> str:
    """`text` without leading blank lines and HTML comments."""
    text = _UNSEEN.sub("", text, count=1)
    return "" if text.lstrip(INVISIBLE + " \t").startswith("<!--") else text


def _without_closing(text: str, mark: str) -> str:
    """`text` without the closing counterpart of `mark`, which precedes it; empty if there is none.

    The closing mark follows the first word, or ends the line, or else is the first one in the line.
    """
    word = _WORD.match(text)
    if word and text.startswith(mark, word.end()):
        return text[: word.end()] + text[word.end() + len(mark) :]
    whole = text.rstrip()
    if whole.endswith(mark):
        return whole.removesuffix(mark)
    before, closing, after = text.partition(mark)
    return before + after if closing and not re.match(r"\w", after) else ""


def _with_plain_slash(line: str) -> str:
    """Normalizes full-width slashes and letters, and removes a space after the slash."""
    slash = _SLASH.match(line)
    if not slash:
        return line
    word, blank, rest = re.split(r"(\s|$)", line[slash.end() :], maxsplit=1)
    usual = unicodedata.normalize("NFKC", word)
    # Some letters stand for a blank and a mark, which would end the word early.
    return "/" + (usual if len(usual.split()) == 1 else word) + blank + rest
