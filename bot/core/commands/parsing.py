"""Finds and parses the command in a comment."""

# ruff: noqa: RUF001 - people write in the scripts and with the marks of their languages

import re
import unicodedata
from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from bot.core.commands.arguments import ALIKE, LONGEST_WORD, arguments
from bot.core.commands.decoration import INVISIBLE, first_words, from_first_line, undecorated
from bot.core.commands.politeness import GREETING, is_mere_courtesy, without_courtesy
from bot.core.commands.retractions import refusal
from bot.core.commands.verbs import Command, Parsed, UnknownCommand, Verb
from bot.core.comments.quotations import without_quotes
from bot.core.markdown import clip, code

_WHOLE = re.IGNORECASE | re.DOTALL
_WORD = re.compile(r"/?([a-z]+)", re.IGNORECASE)
_SLASHED = re.compile(r"/[a-z]", re.IGNORECASE)
_BEFORE_MENTION = rf"(?:(?:{GREETING})[,!.，！。、]*[^\S\n]*)?(?<![a-z0-9_])[@＠]"
_AFTER_MENTION = r"(?:\[bot\])?(?![a-z0-9_/@'’´ʼ])(?![.-]+\S)(.*)"
_REQUEST = re.compile(
    r"\A(?:can|could|would|will) you\s+(?:please\s+|kindly\s+)?(?=(?:review|explain)\b)", re.IGNORECASE
)
_VERBS = {verb.value: verb for verb in Verb}
_PROSE = frozenset({Verb.ASK, Verb.EXPLAIN, Verb.DISMISS})
_BEFORE_WORDS = re.compile(r"(?::(?![a-z0-9_+-]+:)|[\s,;!—–…→，。：、；！]|\.(?=\s)|-+[>\s])*")
_UNSPACED = re.compile(r"\A(/?[a-z]+)(?=[\u2e80-\uffef])", re.IGNORECASE)
_QUOTED = {
    '"': '"',
    "'": "'",
    "“": "”",
    "„": "“",
    "«": "»",
    "‘": "’",
    "「": "」",
    "『": "』",
    "《": "》",
    "[": "]",
}
_QUOTED |= {"(": ")", "（": "）"}
_ENDS = ".,!?:;…)]}\"'»”’*_~-`。．，！？：；、）」』"
_PARTS = ",!;…。，！？；、—–"
_LONGEST_LINE = 4000  # characters of what follows a verb on its line
_WORDS = 3  # free text with more words than this is a question


def parse_command(body: str, *, phrases: Sequence[str] = (), name: str | None = None) -> Parsed | None:
    """The command at the start of a comment; None if the comment does not address the bot.

    A command is `/review …`, `@name review …` or one of the trigger phrases (which all mean review), in
    any case, at the start of the first line that is neither blank nor quoted; emphasis, list marks and
    punctuation around it are ignored. `@name` before free text asks a question. An unknown slash command
    belongs to another bot, unless it is a likely typo of one of ours.
    """
    text = first_words(without_quotes(from_first_line(body)))
    if not text:
        return None
    return _slashed(text) or _mentioned(text, name) or _phrased(text, phrases)


def understand(spoken: str) -> Parsed:
    """Parses the stored text of a command; never None, because it addressed the bot."""
    known = _verb(spoken)
    return known or UnknownCommand(spoken=spoken, hint=_not_known(spoken))


def _slashed(text: str) -> Parsed | None:
    if not _SLASHED.match(text):
        return None
    return _verb(text) or _typo(text)


def _typo(text: str) -> UnknownCommand | None:
    """A command with a typo. The first letter must match, or `/preview` would be taken for `/review`."""
    line = text.partition("\n")[0].strip()
    match = re.match(r"/([a-z][a-z0-9_-]*)(?=[.,!?:;…]*(?:\s|$))", line, re.IGNORECASE)
    word = match[1].lower() if match else ""
    alike = get_close_matches(word, [verb for verb in Verb if verb[0] == word[:1]], n=1, cutoff=ALIKE)
    if not alike or (word.startswith(alike[0]) and word != f"{alike[0]}s"):
        return None
    spoken = line.removeprefix("/")
    return UnknownCommand(spoken=spoken, hint=_not_known(spoken))


def _mentioned(text: str, name: str | None) -> Parsed | None:
    pattern = f"{_BEFORE_MENTION}{re.escape(name)}{_AFTER_MENTION}" if name else None
    match = re.fullmatch(pattern, text, _WHOLE) if pattern else None
    words = _after_mention(match[1]) if match else ""
    if not words:
        return None
    known = _without_politeness(words) or _verb(words)
    if known:
        return known
    if is_mere_courtesy(_unquoted(words)) and not _alike(without_courtesy(words)):
        return None
    is_text = len(words.split()) > _WORDS and refusal(words, Verb.ASK) is None
    asks = is_text or words.endswith(("?", "？"))
    return understand(f"{Verb.ASK} {words}" if asks else words)


def _after_mention(text: str) -> str:
    """The text after a mention: on its line, or else from the next line with text."""
    line, _, below = text.partition("\n")
    bare = line[_BEFORE_WORDS.match(line).end() :]  # type: ignore[union-attr]  # matches the empty string
    if not bare.strip(INVISIBLE + " \t\r"):
        return first_words(below)
    return undecorated(f"{bare}\n{below}".strip(INVISIBLE + " \t\r\n"))


def _without_politeness(words: str) -> Parsed | None:
    """The command in `words`, after leading courtesy and surrounding quotation marks are removed."""
    line, _, below = words.partition("\n")
    bare = without_courtesy(line)
    if not bare:
        return _verb(first_words(below))
    bare = _REQUEST.sub("", without_courtesy(_unquoted(undecorated(bare))), count=1)
    return _verb(_UNSPACED.sub(r"\1 ", bare, count=1) + words[len(line) :])


def _unquoted(line: str) -> str:
    """`line` without quotation marks or brackets that surround all of it."""
    inner, closing, behind = line[1:].partition(_QUOTED.get(line[0], "\n"))
    return inner.strip() if closing and is_mere_courtesy(behind) else line


def _phrased(text: str, phrases: Iterable[str]) -> Command | None:
    """The review command for a trigger phrase. A phrase ends at a word boundary: `flows review` does not
    match "flows reviewed it".
    """
    for phrase in filter(None, map(str.strip, phrases)):
        if re.match(rf"{re.escape(phrase)}(?:(?<!\w)|(?!\w))", text, re.IGNORECASE):
            return Command(verb=Verb.REVIEW, spoken=Verb.REVIEW)
    return None


def _verb(text: str) -> Parsed | None:
    """The command at the start of `text`. Its arguments end with the line, unless they are prose."""
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
        return UnknownCommand(spoken=spoken, hint=str(error))


def _behind(text: str) -> str | None:
    """The text after a verb; None if the verb is only the beginning of a longer word or path."""
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
    alike = _alike(spoken)
    advice = f"Did you mean `/{alike}`?" if alike else "`/help` lists the commands."
    return f"unknown command {code(f'/{word}')}. {advice}"


def _alike(spoken: str) -> str | None:
    word = clip(spoken.partition("\n")[0].split(" ")[0], LONGEST_WORD)
    return next(iter(get_close_matches(word.lower(), list(Verb), n=1, cutoff=ALIKE)), None)
