"""What each command takes behind its verb."""

# ruff: noqa: RUF001 - people write in the scripts and with the marks of their languages

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from bot.core.commands.retractions import refusal
from bot.core.commands.verbs import Mode, Verb
from bot.core.commands.words import Word, words_in
from bot.core.markdown import clip, code

ALIKE = 0.8  # of 1; a letter or two amiss in words of this length
LONGEST_WORD = 40  # that is said back

_DASHES = "-—–−"
_MODES = {Mode.FULL.value: Mode.FULL, Mode.CONTINUE.value: Mode.CONTINUE}


def arguments(verb: Verb, rest: str) -> Mapping[str, Any]:
    """The fields of a command. Raises `ValueError`, whose text is a hint, when `rest` is no such thing."""
    return _READERS[verb](rest)


def _review(rest: str) -> Mapping[str, Any]:
    """Words name files only where nothing else is said: a sentence in which a file is named asks for the
    whole review. Only the changes can tell whether `client/server` is a folder: one word that is surely a
    path makes paths of such words.
    """
    words = words_in(_not_refused(rest, Verb.REVIEW))
    others = [word for word in words if word.is_said and _mode_of(word) is None]
    is_list = all(word.is_path for word in others)
    modes = _modes(words, in_sentence=not is_list)
    named = tuple(word.text for word in others) if is_list else ()
    paths = named if any(word.is_surely_path for word in others) else ()
    if len(modes) > 1:
        raise ValueError("`/review` takes `full` or `continue`, not both.")
    if Mode.CONTINUE in modes and paths:
        raise ValueError("`/review continue` takes no paths: it goes on where the budget ended.")
    _check_options(words, others)
    candidates = () if paths or Mode.CONTINUE in modes else named
    return {"mode": modes[0] if modes else Mode.USUAL, "paths": paths, "candidates": candidates}


def _modes(words: Sequence[Word], *, in_sentence: bool) -> Sequence[Mode]:
    """Within a sentence the word `full` is a word like others, unless it stands first or is written as an
    option.
    """
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
    """An option that there is not must not be passed over: it asks for something. Nor must a single word
    that was meant for a mode.
    """
    for word in others:
        if word.text.startswith("--") and not word.quoted:
            shown = code(clip(word.text, LONGEST_WORD))
            raise ValueError(f"`/review` has no option {shown}. `/help` lists what it takes.")
    if len(words) == 1 and not words[0].is_path:
        alike = get_close_matches(words[0].text.casefold(), _MODES, n=1, cutoff=ALIKE)
        if alike and alike[0] != words[0].text.lstrip(_DASHES).casefold():
            shown = code(clip(words[0].text, LONGEST_WORD))
            raise ValueError(f"`/review` has no option {shown}. Did you mean `/review {alike[0]}`?")


def _not_refused(rest: str, verb: Verb) -> str:
    """`rest`. Raises `ValueError` when it takes back what the verb says."""
    told = refusal(rest, verb)
    if told is not None:
        shown = code(clip(told, LONGEST_WORD))
        raise ValueError(f"behind `/{verb}` stands {shown}, so nothing was done; write `/{verb}` alone.")
    return rest


def _question(rest: str) -> Mapping[str, Any]:
    if not rest:
        raise ValueError("`/ask` needs a question, as in `/ask why is this locked twice?`.")
    return {"text": _not_refused(rest, Verb.ASK)}


def _lines(rest: str) -> Mapping[str, Any]:
    return {"text": _not_refused(rest, Verb.EXPLAIN)}


def _reason(rest: str) -> Mapping[str, Any]:
    """Any text: "not needed" is a reason."""
    return {"text": rest}


def _path(rest: str) -> Mapping[str, Any]:
    """One path. Beside others words it must look like one."""
    words = [word for word in words_in(_not_refused(rest, Verb.CONFIG)) if word.is_said]
    paths = [word.text for word in words if word.is_surely_path] or [
        word.text for word in words if word.is_path
    ]
    if len(paths) > 1:
        raise ValueError("`/config` takes one path; one with blanks is written in quotes.")
    if not paths and len(words) == 1:
        paths = [words[0].text]
    return {"paths": tuple(paths)}


def _nothing(verb: Verb) -> Callable[[str], Mapping[str, Any]]:
    def read(rest: str) -> Mapping[str, Any]:
        """Whatever is said besides is courtesy."""
        _not_refused(rest, verb)
        return {}

    return read


_READERS: Mapping[Verb, Callable[[str], Mapping[str, Any]]] = {
    Verb.REVIEW: _review,
    Verb.SUMMARY: _nothing(Verb.SUMMARY),
    Verb.ASK: _question,
    Verb.EXPLAIN: _lines,
    Verb.DISMISS: _reason,
    Verb.PAUSE: _nothing(Verb.PAUSE),
    Verb.RESUME: _nothing(Verb.RESUME),
    Verb.CONFIG: _path,
    Verb.HELP: _nothing(Verb.HELP),
}
