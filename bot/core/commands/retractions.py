"""Detects remarks that retract a command, such as "/review please don't"."""

# ruff: noqa: RUF001 - people write in the scripts and with the marks of their languages

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import NamedTuple

from bot.core.commands import lexicon
from bot.core.commands.politeness import COURTESY, SHORTCODE, without_courtesy
from bot.core.commands.verbs import Verb

_LONGEST = 120  # characters; longer clauses are ignored
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘´ʼ`", "'"))
_CLAUSE = re.compile(r"(.*?)([,;，。！？；：、…—–()\n]+|(?<![.!?:])[.!?:]++(?=\s|$)|\s-+\s|$)", re.DOTALL)
_MARKS = r"[^\w'\"“„«‘/\\@#*]"
_OUTER_MARKS = re.compile(rf"^{_MARKS}+|{_MARKS}+$")

_BEGINNING = re.compile(
    r"(?:don't|dont|do not|never|not yet|not now)(?!\w)(?!\s+(?:worry|forget|hesitate|be)\b)"
)
"""The start of a retraction, unless it requests something: "don't forget the tests"."""


def _any_of(words: AbstractSet[str]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_WITHOUT_BLANKS = re.compile(
    rf"(?:{_any_of(lexicon.BEFORE_UNSPACED)})*+(?:{_any_of(lexicon.UNSPACED)})"
    rf"(?:{_any_of(lexicon.BEHIND_UNSPACED)})*+"
)
"""A retraction in scripts where spaces between words are absent or optional."""


class _Clause(NamedTuple):
    text: str
    asks: bool

    @property
    def words(self) -> Sequence[str]:
        bare = (_OUTER_MARKS.sub("", word) for word in self.text.split())
        return [word for word in bare if word and word not in COURTESY]


def refusal(remark: str, verb: Verb) -> str | None:
    """The words of `remark` that retract the command `verb`; None if there are none.

    A clause is a retraction only if it says nothing else: "isn't needed" is one, "isn't urgent" is not, and
    a question such as "don't you think?" never is.
    """
    beginning = _BEGINNING.match(_plain(remark[:_LONGEST]))
    if beginning and verb not in _PROSE:
        return beginning[0]
    clauses = list(_clauses(remark)) if verb not in _PROSE or len(remark) <= _LONGEST else []
    if verb in _PROSE and len(clauses) > 1:
        return None
    return next((clause.text for clause in clauses if _refuses(clause, verb)), None)


def _plain(text: str) -> str:
    text = without_courtesy(re.sub(SHORTCODE, " ", text.translate(_APOSTROPHES).casefold()))
    return " ".join(text.split()).replace("never mind", "nevermind").replace("right now", "now")


def _clauses(remark: str) -> Iterator[_Clause]:
    for match in _CLAUSE.finditer(remark):
        text = _plain(match[1]) if len(match[1]) <= _LONGEST else ""
        if text:
            yield _Clause(text, asks="?" in match[2] or "？" in match[2])


def _refuses(clause: _Clause, verb: Verb) -> bool:
    if clause.asks:
        return False
    if _WITHOUT_BLANKS.fullmatch("".join(clause.words)):
        return True
    words = frozenset(clause.words)
    lacks = words & lexicon.LACKS if words & lexicon.NEED else frozenset()
    taking_back = _taking_back(verb)
    if (
        words
        - lexicon.LIGHT
        - lexicon.NEED
        - lexicon.NO
        - lexicon.NOT
        - lexicon.NEVER_MIND
        - taking_back
        - lacks
    ):
        return False
    if words & lexicon.NEVER_MIND or (words & lexicon.NO and not words & lexicon.NOT):
        return True
    denied = bool(words & lexicon.NOT or lacks)
    return denied != bool(words & taking_back)  # "don't stop" is not a retraction


def _taking_back(verb: Verb) -> frozenset[str]:
    """Words that retract `verb` without a negation. "/pause wait" is a pause, and a question may be about
    `cancel`.
    """
    if verb in _PROSE:
        return frozenset()
    return lexicon.RETRACTED if verb is Verb.PAUSE else lexicon.RETRACTED | lexicon.PUT_OFF


_PROSE = frozenset({Verb.ASK, Verb.EXPLAIN, Verb.CONFIG})
"""A name or a sentence may follow these, so only a plain retraction counts."""
