"""Splits the arguments of a command into words and recognizes paths among them."""

# ruff: noqa: RUF001 - people write in the scripts and with the marks of their languages

import re
from typing import NamedTuple

from bot.core.commands.politeness import COURTESY
from bot.core.commands.verbs import Verb

_TOKEN = re.compile(
    r"(?:\"([^\"]+)\"|'([^']+)'|`([^`]+)`|“([^”]+)”|„([^“”]+)[“”]|«([^»]+)»|‘([^’]+)’)(?=[\s,.;:!?)]|$)"
    r"|[^\s,]+"
)
_PAIRS = frozenset({"()", "<>", "{}", '""', "''", "``", "“”", "‘’", "«»", "„“"})
_EMPHASIS = re.compile(r"^([*_~]{1,3})(\w.*\w|\w)\1$")
_BEHIND = ".,;:!?…。，！？；：、"
_LINES = re.compile(r"(?::\d+(?:-\d+)?|#L\d+(?:-L?\d+)?)$")
_EXTENSION = re.compile(r"(?:^|[\w)\]+~-])\.[a-z][a-z0-9_-]{0,15}$", re.IGNORECASE)
_FOLDER = re.compile(r"[\w.@~-].*[\w\]].*/$")
_GLOB = re.compile(r"(?=.*\*).*[./]")
_MAIL = re.compile(r"[^@/\s]+@[^@/\s]+$")
_MENTION = re.compile(r"@[a-z0-9][a-z0-9_-]*(?:/[\w-]+)?(?:\[bot\])?", re.IGNORECASE)
_COMMAND = re.compile(rf"[/／](?:{'|'.join(Verb)})", re.IGNORECASE)
_ABBREVIATIONS = frozenset({"e.g", "i.e", "a.k.a", "a.m", "p.m", "w.r.t", "u.s", "z.b", "p.s"})
_BETWEEN = frozenset({"and", "&", "+", "or", "plus", "also", "only", "just", "again", "now", "the", "in"})
_BETWEEN |= {"for", "file", "files", "path", "paths", "folder", "folders", "und", "nur", "et", "y"}
"""Filler words in a list of paths."""


class Word(NamedTuple):
    """A word; `quoted`: it was in quotation marks or backticks, so it is used literally."""

    text: str
    quoted: bool = False

    @property
    def is_path(self) -> bool:
        """Whether it looks like a path, a folder or a pattern."""
        return self.quoted or _is_path(self.text)

    @property
    def is_surely_path(self) -> bool:
        """Whether it is certainly a path, unlike `n/a`, `acme/shop#1` or `me@example.com`."""
        if self.quoted or _GLOB.match(self.text) or _FOLDER.match(self.text):
            return self.is_path
        return self.is_path and _EXTENSION.search(self.text) is not None and not _MAIL.match(self.text)

    @property
    def is_address(self) -> bool:
        """Whether it is a mention, or another command of ours."""
        return not self.quoted and bool(_MENTION.fullmatch(self.text) or _COMMAND.fullmatch(self.text))

    @property
    def is_courtesy(self) -> bool:
        """Whether it is a word of politeness, or only punctuation."""
        return not self.is_path and (self.text.casefold() in COURTESY or not re.search(r"\w", self.text))

    @property
    def is_significant(self) -> bool:
        """Whether it matters in a list of paths."""
        return not self.is_courtesy and (self.quoted or self.text.casefold() not in _BETWEEN)


def words_in(rest: str) -> tuple[Word, ...]:
    """The words of a line without courtesy and mentions. Commas and spaces separate them; quoted words may
    contain spaces.
    """
    words = (_word(match) for match in _TOKEN.finditer(rest))
    return tuple(word for word in words if word.text and not (word.is_courtesy or word.is_address))


def _word(match: re.Match[str]) -> Word:
    quoted = next((group for group in match.groups() if group), None)
    if quoted is not None:
        return Word(_LINES.sub("", quoted.strip()), quoted=True)
    bare = match[0].rstrip(_BEHIND)
    while bare[:1] + bare[-1:] in _PAIRS and len(bare) > 1:
        bare = bare[1:-1].rstrip(_BEHIND)
    return Word(_LINES.sub("", _EMPHASIS.sub(r"\2", bare)))


def _is_path(text: str) -> bool:
    if "://" in text or text.casefold().rstrip(".") in _ABBREVIATIONS or not re.search(r"[\w*]", text):
        return False
    return "/" in text or "*" in text or "[" in text or "?" in text or _EXTENSION.search(text) is not None
