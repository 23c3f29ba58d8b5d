r"""Rewrites one line of untrusted Markdown.

Parsing has several passes. First, a private-use character replaces each code span, so that later passes skip
its content. Then escapes and entities (`\*`, `&#64;`) become their characters, marked as literal by a shift
into a private plane. Next come links, and in the remaining text, without marks, the words that GitHub would
act on.
"""

import re
from collections.abc import Iterable, Iterator
from html import unescape
from urllib.parse import quote, unquote

from bot.core.markdown.characters import clean
from bot.core.markdown.code import code
from bot.core.markdown.spans import LITERAL, SPAN, SPANS, take_spans

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])|&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_LINK = re.compile(
    r"(?P<image>!?)\[(?P<text>[^\[\]]*)\]"
    r"\(\s*(?P<url><[^<>]*>|[^\s()<>]*(?:\([^\s()<>]*\)[^\s()<>]*)*)"
    r"""(?:\s+(?:"[^"]*"|'[^']*'))?\s*\)"""
    rf"|<(?P<auto>(?:https?://|mailto:)[^\s<>{SPANS}]+)>",
    re.IGNORECASE,
)
_WORD = re.compile(rf"(?P<url>https?://[^\s<>\"`|{SPANS}]+)|[\w@#/.+-]+", re.IGNORECASE)
# GitHub links or notifies these: @name, #1, name#1, GH-1. Emails have a letter before the "@".
_ACTIVE = re.compile(r"(?<![A-Za-z0-9])@[A-Za-z0-9]|#\d|(?<![A-Za-z0-9])GH-\d", re.IGNORECASE)
_SCHEME = re.compile(r"https?://[^/\s]|mailto:[^\s]", re.IGNORECASE)
_REFERENCE = re.compile(
    r"https?://[^/]+/+[^/]+/+[^/]+/+(?:issues|pulls?|discussions|commits?|compare|releases)(?![\w-])",
    re.IGNORECASE,
)
_URL_SAFE = "/:?#@!$&'*+,;=%-._~"
_SPECIAL = {"<": "&lt;", "[": r"\[", "]": r"\]", "|": r"\|", "$": r"\$", "`": r"\`", "\\": "\\\\"}
_PLAIN = frozenset("@:/\"'(){}%,;?^")
_ENTITY_START = re.compile(r"&(?=[#A-Za-z])")
_BLOCK_START = re.compile(r"[#>+=-]|~(?=~~)|\*(?=\s|\**$)|_(?=[_ ]*$)|(?<=\d)[.)](?=\s|$)")


def inline(text: str) -> str:
    """`text` on one line that is safe in a paragraph, a list item or between bold marks."""
    line = rewrite(" ".join(clean(text).split()))
    number = len(line) - len(line.lstrip("0123456789"))
    return f"{line[:number]}\\{line[number:]}" if _BLOCK_START.match(line, number) else line


def cell(text: str) -> str:
    """Like `inline`, for a cell of a table. Bars, which end a cell even in code, become broken bars."""
    return inline(text.replace("|", "¦"))


def rewrite(line: str) -> str:
    """A cleaned line of Markdown in canonical form."""
    spans, marked = take_spans(line)
    return _join(_InlineWriter(spans).write(_ESCAPE.sub(_mark, marked)))


def _join(parts: Iterable[str]) -> str:
    """Joins parts of a line, with a space between adjacent code spans, which would merge otherwise."""
    line = ""
    pieces = []
    for part in filter(None, parts):
        pieces.append(f" {part}" if line.endswith("`") and part.startswith("`") else part)
        line = part
    return "".join(pieces)


def _mark(match: re.Match[str]) -> str:
    """The character of an escape or entity, marked as literal."""
    if match[1]:
        return chr(LITERAL + ord(match[1]))
    found = unescape(match[0])
    if found == match[0]:
        return chr(LITERAL + ord("&")) + match[0][1:]
    found = " ".join(clean(found).split("\n"))
    return "".join(chr(LITERAL + ord(char)) if _is_punctuation(char) else char for char in found)


def _is_punctuation(char: str) -> bool:
    return char.isascii() and not char.isalnum() and not char.isspace()


def _plain(text: str) -> str:
    """`text` without the marks of literal characters, with the same length."""
    return "".join(chr(ord(char) - LITERAL) if LITERAL <= ord(char) < SPAN else char for char in text)


class _InlineWriter:
    """Writes a marked line whose code spans are `spans`, in parts."""

    def __init__(self, spans: list[str]) -> None:
        self._spans = spans

    def write(self, text: str) -> Iterator[str]:
        done = 0
        for link in _LINK.finditer(text):
            yield from self._words(text[done : link.start()])
            yield self._link(link)
            done = link.end()
        yield from self._words(text[done:])

    def _link(self, link: re.Match[str]) -> str:
        if link["auto"]:
            return _auto(_plain(link["auto"]))
        url = _plain(link["url"]).strip("<>").strip()
        text = _join(self._words(link["text"], links=False)).strip()
        label = f"image: {text}".strip(": ") if link["image"] else text
        if not _SCHEME.match(url) or any(ord(char) >= SPAN for char in url):
            return label
        if _refers(url):
            return f"{label} ({code(url)})" if label else code(url)
        return f"[{label or 'link'}]({_safe(url)})"

    def _words(self, text: str, *, links: bool = True) -> Iterator[str]:
        """Text without links: words that GitHub acts on become code, the rest is escaped."""
        plain = _plain(text)
        done = 0
        for match in _WORD.finditer(plain):
            if match["url"]:
                word = _trim_url(match[0])
                written = _auto(word) if links else code(word)
            elif _ACTIVE.search(match[0]):
                word = match[0].rstrip("_.+/-")
                written = _word_as_code(word)
            else:
                continue
            yield from self._escape(text[done : match.start()])
            yield written
            done = match.start() + len(word)
        yield from self._escape(text[done:])

    def _escape(self, text: str) -> Iterator[str]:
        """Escapes plain text. A trailing "!" is escaped, too, because it would turn a following link into an
        image.
        """
        text = _ENTITY_START.sub(chr(LITERAL + ord("&")), text)
        if text.endswith("!"):
            text = text[:-1] + chr(LITERAL + ord("!"))
        return map(self._character, text)

    def _character(self, char: str) -> str:
        number = ord(char)
        if number >= SPAN:
            return code(self._spans[number - SPAN]) or r"\`\`"  # never empty, because "#" may precede it
        if number < LITERAL:
            return _SPECIAL.get(char, char)
        char = chr(number - LITERAL)
        if char == "&":
            return "&amp;"
        return _SPECIAL.get(char) or (char if char in _PLAIN else f"\\{char}")


def _word_as_code(word: str) -> str:
    """`word` as code; emphasis in front of it stays in front."""
    bare = word.lstrip("_")
    return word[: len(word) - len(bare)] + code(bare)


def _trim_url(url: str) -> str:
    """A URL without trailing punctuation, but with a closing bracket that it opens itself."""
    bare = url.rstrip(".,;:!?'\")]}*_~")
    closing = url[len(bare) :].startswith(")") and bare.count("(") > bare.count(")")
    return f"{bare})" if closing else bare


def _auto(url: str) -> str:
    """A URL without link text."""
    return code(url) if _refers(url) else f"<{_safe(url)}>"


def _refers(url: str) -> bool:
    """Whether a link to `url` would create a cross-reference on GitHub, on any host."""
    return bool(_REFERENCE.search(unquote(url)))


def _safe(url: str) -> str:
    return quote(url, safe=_URL_SAFE).replace("&", "&amp;")
