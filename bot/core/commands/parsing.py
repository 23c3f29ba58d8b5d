"""Finds the command in a comment."""

# ruff: noqa: RUF001 - people write in the scripts and with the marks of their languages

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from bot.core.commands.arguments import ALIKE, LONGEST_WORD, arguments
from bot.core.commands.decoration import INVISIBLE, first_words, from_first_line, undecorated
from bot.core.commands.verbs import Command, Parsed, Unknown, Verb
from bot.core.markdown import clip, code
from bot.core.quotes import without_quotes

_WHOLE = re.IGNORECASE | re.DOTALL
_WORD = re.compile(r"/?([a-z]+)", re.IGNORECASE)
_SLASHED = re.compile(r"/[a-z]", re.IGNORECASE)
_GREETING = r"(?:(?:hey|hi|hello|please|pls)[,!]?[^\S\n]+)?"
_AFTER_MENTION = r"(?:\[bot\])?[:,;.!—–-]*\s+(.*)"
_POLITE = re.compile(r"\A(?:(?:please|pls|plz|kindly|hey|hi|hello)[,!]?\s+)+", re.IGNORECASE)
_REQUEST = re.compile(
    r"\A(?:can|could|would|will) you\s+(?:please\s+|kindly\s+)?(?=(?:review|explain)\b)", re.IGNORECASE
)
_VERBS = {verb.value: verb for verb in Verb}
_PROSE = frozenset({Verb.ASK, Verb.EXPLAIN, Verb.DISMISS})
_ENDS = ".,!?:;…)]}\"'»”’*_~-`。．，！？：；、）」』"
_PARTS = ",!;…。，！？；、—–"
_LONGEST_LINE = 4000  # characters of what follows a verb on its line
_WORDS = 3  # the most in a text that is not yet a question


def parse_command(body: str, *, phrases: Sequence[str] = (), name: str | None = None) -> Parsed | None:
    """The command that a comment begins with; None when nothing in it is meant for us.

    A command is `/review …`, `@name review …` or one of the trigger phrases (which all mean review), in
    any case, at the start of the first line that is neither blank nor quoted; emphasis, a list's mark and
    punctuation around it do not matter. `@name` before free text asks what the text says. Words behind a
    slash are left to other bots, unless they are ours but for a slip.
    """
    text = first_words(without_quotes(from_first_line(body)))
    if not text:
        return None
    return _slashed(text) or _mentioned(text, name) or _phrased(text, phrases)


def understand(spoken: str) -> Parsed:
    """What `spoken` of a command says; never None, for it was meant for us."""
    known = _verb(spoken)
    return known or Unknown(spoken=spoken, hint=_not_known(spoken))


def _slashed(text: str) -> Parsed | None:
    if not _SLASHED.match(text):
        return None
    return _verb(text) or _slip(text)


def _slip(text: str) -> Unknown | None:
    """A word of ours with a letter amiss. The first is right, or else `/preview` would be `/review`."""
    line = text.partition("\n")[0].strip()
    match = re.match(r"/([a-z][a-z0-9_-]*)(?=[.,!?:;…]*(?:\s|$))", line, re.IGNORECASE)
    word = match[1].lower() if match else ""
    alike = get_close_matches(word, [verb for verb in Verb if verb[0] == word[:1]], n=1, cutoff=ALIKE)
    if not alike or (word.startswith(alike[0]) and word != f"{alike[0]}s"):
        return None
    spoken = line.removeprefix("/")
    return Unknown(spoken=spoken, hint=_not_known(spoken))


def _mentioned(text: str, name: str | None) -> Parsed | None:
    pattern = f"{_GREETING}@{re.escape(name)}{_AFTER_MENTION}" if name else None
    match = re.fullmatch(pattern, text, _WHOLE) if pattern else None
    words = undecorated(match[1].strip(INVISIBLE + " \t\r\n")) if match else ""
    if not words:
        return None
    known = _verb(_REQUEST.sub("", _POLITE.sub("", words, count=1), count=1)) or _verb(words)
    if known:
        return known
    asks = words.endswith("?") or len(words.split()) > _WORDS
    return understand(f"{Verb.ASK} {words}" if asks else words)


def _phrased(text: str, phrases: Iterable[str]) -> Command | None:
    """A phrase ends where a word ends: `flows review` is not found in "flows reviewed it"."""
    for phrase in filter(None, map(str.strip, phrases)):
        if re.match(rf"{re.escape(phrase)}(?:(?<!\w)|(?!\w))", text, re.IGNORECASE):
            return Command(verb=Verb.REVIEW, spoken=Verb.REVIEW)
    return None


def _verb(text: str) -> Parsed | None:
    """The command that `text` begins with. Its arguments end with the line, unless they are prose."""
    match = _WORD.match(text)
    verb = _VERBS.get(match[1].lower()) if match else None
    rest = _behind(text[match.end() :]) if match else None
    if verb is None or rest is None:
        return None
    rest = rest.strip() if verb in _PROSE else rest.partition("\n")[0][:_LONGEST_LINE].strip()
    spoken = f"{verb} {rest}".strip()
    try:
        return Command(verb=verb, spoken=spoken, **arguments(verb, rest))
    except ValueError as error:
        return Unknown(spoken=spoken, hint=str(error))


def _behind(text: str) -> str | None:
    """What follows a verb; None when the verb is only the beginning of a longer word, or of a path."""
    if not text or text[0].isspace():
        return text
    attached = text.split(maxsplit=1)[0]
    if not attached.strip(_ENDS + INVISIBLE):
        return text[len(attached) :]
    if attached[0] in _PARTS + INVISIBLE or unicodedata.category(attached[0]) == "So":
        return text.lstrip(_ENDS + _PARTS + INVISIBLE)
    return None


def _not_known(spoken: str) -> str:
    word = clip(spoken.partition("\n")[0].split(" ")[0], LONGEST_WORD)
    alike = get_close_matches(word.lower(), list(Verb), n=1, cutoff=ALIKE)
    advice = f"did you mean `/{alike[0]}`?" if alike else "`/help` lists them."
    return f"{code(word)} is no command of mine; {advice}"
