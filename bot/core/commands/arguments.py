"""Parses the arguments of each command."""

# ruff: noqa: RUF001 - people write in the scripts and with the marks of their languages

import re
from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from bot.core.commands.retractions import refusal
from bot.core.commands.verbs import Mode, Verb
from bot.core.commands.words import Word, words_in
from bot.core.markdown import clip, code

ALIKE = 0.8  # similarity from 0 to 1; allows a typo or two in words of this length
LONGEST_WORD = 40  # characters of a word that a hint quotes

MOST_IDS = 100  # in one command

_ID = re.compile(r"(d?)0*([1-9][0-9]{0,17})")
_DASHES = "-—–−"
_MODES = {Mode.FULL.value: Mode.FULL, Mode.CONTINUE.value: Mode.CONTINUE}


def arguments(verb: Verb, rest: str) -> Mapping[str, Any]:
    """The fields of a command. Raises `ValueError`, whose text is a hint, if `rest` is invalid."""
    return _READERS[verb](rest)


def _review(rest: str) -> Mapping[str, Any]:
    """Words count as paths only if there are no other words: a sentence that mentions a file requests the
    full review. `client/server` may be a folder or not, which only the changed files can tell; next to a
    word that is certainly a path it counts as a path.
    """
    words = words_in(_not_retracted(rest, Verb.REVIEW))
    others = [word for word in words if word.is_significant and _mode_of(word) is None]
    is_list = all(word.is_path for word in others)
    modes = _modes(words, in_sentence=not is_list)
    named = tuple(word.text for word in others) if is_list else ()
    paths = named if any(word.is_surely_path for word in others) else ()
    if len(modes) > 1:
        raise ValueError("`/review` accepts `full` or `continue`, not both.")
    if Mode.CONTINUE in modes and paths:
        raise ValueError("`/review continue` accepts no paths: it reviews what the budget deferred.")
    _check_options(words, others)
    candidates = () if paths or Mode.CONTINUE in modes else named
    return {"mode": modes[0] if modes else Mode.USUAL, "paths": paths, "candidates": candidates}


def _modes(words: Sequence[Word], *, in_sentence: bool) -> Sequence[Mode]:
    """The modes among `words`. In a sentence, `full` counts only as the first word or as an option."""
    modes = [
        mode
        for at, word in enumerate(words)
        if (mode := _mode_of(word)) and (at == 0 or not in_sentence or _is_option(word))
    ]
    return tuple(dict.fromkeys(modes))


def _mode_of(word: Word) -> Mode | None:
    return None if word.quoted else _MODES.get(word.text.lstrip(_DASHES).casefold())


def _is_option(word: Word) -> bool:
    return not word.quoted and word.text[0] in _DASHES


def _check_options(words: Sequence[Word], others: Sequence[Word]) -> None:
    """Raises `ValueError` for an unknown option and for a single word that resembles a mode: neither may be
    ignored silently.
    """
    for word in others:
        if word.text.startswith("--") and not word.quoted:
            shown = code(clip(word.text, LONGEST_WORD))
            raise ValueError(f"`/review` has no option {shown}. `/help` lists its options.")
    if len(words) == 1 and not words[0].is_path:
        alike = get_close_matches(words[0].text.casefold(), _MODES, n=1, cutoff=ALIKE)
        if alike and alike[0] != words[0].text.lstrip(_DASHES).casefold():
            shown = code(clip(words[0].text, LONGEST_WORD))
            raise ValueError(f"`/review` has no option {shown}. Did you mean `/review {alike[0]}`?")


def _not_retracted(rest: str, verb: Verb) -> str:
    """`rest`. Raises `ValueError` if it retracts the command, as in "/review please don't"."""
    words = refusal(rest, verb)
    if words is not None:
        shown = code(clip(words, LONGEST_WORD))
        raise ValueError(
            f"nothing was done, because {shown} follows `/{verb}`. To run the command, write `/{verb}` alone."
        )
    return rest


def _question(rest: str) -> Mapping[str, Any]:
    if not rest:
        raise ValueError("`/ask` needs a question, as in `/ask why is this locked twice?`.")
    return {"text": _not_retracted(rest, Verb.ASK)}


def _lines(rest: str) -> Mapping[str, Any]:
    return {"text": _not_retracted(rest, Verb.EXPLAIN)}


def _reason(rest: str) -> Mapping[str, Any]:
    """Any text: even "not needed" is a reason."""
    return {"text": rest}


def _path(rest: str) -> Mapping[str, Any]:
    """One path. Next to other words, only a word that looks like a path counts."""
    words = [word for word in words_in(_not_retracted(rest, Verb.CONFIG)) if word.is_significant]
    paths = [word.text for word in words if word.is_surely_path] or [
        word.text for word in words if word.is_path
    ]
    if len(paths) > 1:
        raise ValueError("`/config` accepts one path; quote a path that contains spaces.")
    if not paths and len(words) == 1:
        paths = [words[0].text]
    return {"paths": tuple(paths)}


def _ids(rest: str) -> Mapping[str, Any]:
    """The ids of entries. Among other words, only those that look like one count."""
    words = [_ID.fullmatch(word.text.strip("#[]().").casefold()) for word in words_in(rest)]
    ids = tuple(dict.fromkeys(match[1] + match[2] for match in words if match))
    if not ids:
        raise ValueError("`/forget` needs the IDs that `/learned` lists, as in `/forget 12 d3`.")
    if len(ids) > MOST_IDS:
        raise ValueError(f"`/forget` accepts at most {MOST_IDS} IDs.")
    _not_retracted(rest, Verb.FORGET)
    return {"ids": ids}


def _nothing(verb: Verb) -> Callable[[str], Mapping[str, Any]]:
    def read(rest: str) -> Mapping[str, Any]:
        """Ignores any text after the verb that does not retract the command."""
        _not_retracted(rest, verb)
        return {}

    return read


_READERS: Mapping[Verb, Callable[[str], Mapping[str, Any]]] = {
    Verb.REVIEW: _review,
    Verb.SUMMARY: _nothing(Verb.SUMMARY),
    Verb.ASK: _question,
    Verb.EXPLAIN: _lines,
    Verb.DISMISS: _reason,
    Verb.LEARNED: _nothing(Verb.LEARNED),
    Verb.FORGET: _ids,
    Verb.PAUSE: _nothing(Verb.PAUSE),
    Verb.RESUME: _nothing(Verb.RESUME),
    Verb.CONFIG: _path,
    Verb.HELP: _nothing(Verb.HELP),
}
