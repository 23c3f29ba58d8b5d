"""Removes words of politeness before, after or instead of a command."""

# ruff: noqa: RUF001 - people write in the scripts and with the marks of their languages

import re
from collections.abc import Set as AbstractSet

from bot.core.commands import lexicon

_PLEASE = lexicon.PLEASE | lexicon.PLEASE_IN_PHRASES
_THANKS = lexicon.THANKS | lexicon.THANKS_IN_PHRASES
_GREETINGS = lexicon.GREETINGS | lexicon.GREETINGS_IN_PHRASES
COURTESY = lexicon.PLEASE | lexicon.THANKS | lexicon.GREETINGS | {"you", "por", "favor"}
"""Single words of politeness, in lower case; `without_courtesy` also removes phrases."""

SHORTCODE = r":[a-z0-9_+-]{1,40}:"  # of an emoji
_COURTEOUS = COURTESY | lexicon.PRAISE
_MARKS = rf"(?:{SHORTCODE}|[^\w\n/@#<>\\`*\[('\"“„«‘「『《（])"
_SENTENCE = re.compile(r"[^.!?。！？\n]*")
_FEW = 3  # words of praise after thanks
_WITHOUT_BLANKS = "\u2e80"  # start of the scripts without spaces between words


def _any_of(phrases: AbstractSet[str]) -> str:
    """A pattern that matches any of `phrases` up to a word boundary."""
    longest = sorted(phrases, key=len, reverse=True)
    return "|".join(
        re.escape(phrase) + ("" if phrase[-1] >= _WITHOUT_BLANKS else r"(?!\w)") for phrase in longest
    )


GREETING = _any_of(_GREETINGS | _PLEASE)
"""A pattern of the greetings before a mention."""

_FIRST = re.compile(rf"\A(?:{_MARKS}*(?:{_any_of(_PLEASE | _THANKS | _GREETINGS)}))*{_MARKS}*", re.IGNORECASE)
_THANKED = re.compile(rf"{_MARKS}*(?:{_any_of(_THANKS)})\s*", re.IGNORECASE)


def without_courtesy(text: str) -> str:
    """`text` without the words of politeness, punctuation and emoji at its beginning."""
    return _FIRST.sub("", text, count=1)


def is_mere_courtesy(text: str) -> bool:
    """Whether `text` only greets, thanks or praises, such as "thanks for the review!"."""
    text = re.sub(SHORTCODE, " ", text).replace("’", "'")
    words = re.findall(r"\w+(?:'\w+)*", without_courtesy(text).casefold())
    if "?" in text or "？" in text:
        return not words
    return _COURTEOUS.issuperset(words) or _is_thanks(text)


def _is_thanks(text: str) -> bool:
    """Whether `text` is one sentence of thanks, for something or with few other words."""
    thanked = _THANKED.match(text)
    sentence = _SENTENCE.match(text, thanked.end()) if thanked else None
    if sentence is None or re.search(r"\w", text[sentence.end() :]):
        return False
    rest = sentence[0]
    return rest[:1].isalpha() or len(re.findall(r"[\w']+", rest)) <= _FEW
