"""Commands: what a comment asks the bot to do.

`parse_command` reads a comment; what it found is kept as text (`spoken`) with the job, and `understand`
reads that text again.
"""

import re
import shlex
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from bot.core.markdown import clip, code
from bot.core.value import Value


class Verb(StrEnum):
    """The commands, as they are written."""

    REVIEW = "review"
    SUMMARY = "summary"
    ASK = "ask"
    EXPLAIN = "explain"
    DISMISS = "dismiss"
    PAUSE = "pause"
    RESUME = "resume"
    CONFIG = "config"
    HELP = "help"


class Mode(StrEnum):
    """How a review is to be made: with what is known already, all anew, or further than the budget went."""

    USUAL = "usual"
    FULL = "full"
    CONTINUE = "continue"


class Entry(Value):
    """A line of `/help`. `form` is how the command is written, `purpose` what it does.

    `silent`: nothing new is said, or an older comment is changed, so a reaction says that it is done.
    """

    form: str
    purpose: str
    silent: bool = False


COMMANDS: Mapping[Verb, Entry] = {
    Verb.REVIEW: Entry(
        form="/review [full|continue] [path…]",
        purpose="Reviews the latest commit. `full`: anew, without earlier answers; `continue`: what the "
        "budget left out; with paths: these files only.",
        silent=True,
    ),
    Verb.SUMMARY: Entry(
        form="/summary", purpose="Sums up the changes, without comments on lines.", silent=True
    ),
    Verb.ASK: Entry(form="/ask question", purpose="Answers a question, here or on lines of the diff."),
    Verb.EXPLAIN: Entry(
        form="/explain [question]", purpose="Explains the lines that it is written on, or the whole change."
    ),
    Verb.DISMISS: Entry(
        form="/dismiss [reason]",
        purpose="In a thread of mine: that finding is not raised again in this repository.",
    ),
    Verb.PAUSE: Entry(
        form="/pause",
        purpose="Stops reviews of this pull request until `/resume`; commands still work.",
        silent=True,
    ),
    Verb.RESUME: Entry(
        form="/resume",
        purpose="Ends the pause, and reviews the latest commit if it has no review.",
        silent=True,
    ),
    Verb.CONFIG: Entry(
        form="/config [path]",
        purpose="Shows the configuration that holds here, or for one file.",
        silent=True,
    ),
    Verb.HELP: Entry(form="/help", purpose="Shows this list.", silent=True),
}


class Command(Value):
    """A command that was understood. `paths` are those of `/review` and `/config`, `text` is the question of
    `/ask` and `/explain` or the reason of `/dismiss`. `spoken` is what was written, from the verb on.
    """

    verb: Verb
    mode: Mode = Mode.USUAL
    paths: tuple[str, ...] = ()
    text: str = ""
    spoken: str

    @property
    def is_whole_review(self) -> bool:
        """Whether what comes of it stands in the summary comment and the check."""
        return self.verb in _REVIEWING and not self.paths


class Unknown(Value):
    """Meant for the bot, but no command. `hint` is one sentence of Markdown for whoever wrote it."""

    spoken: str
    hint: str


Parsed = Command | Unknown

_PLAINLY = re.IGNORECASE | re.DOTALL
_VERB = re.compile(r"/?([a-z][a-z0-9_-]*)(?!\S)[^\S\n]*(.*)", _PLAINLY)
_SLASHED = re.compile(r"/[a-z]", re.IGNORECASE)
_AFTER_MENTION = r"(?:\[bot\])?[:,]?\s+(.*)"
_CODE = re.compile(r" {4}| {0,3}\t|\s*(?:`{3}|~{3})")
_VERBS: Mapping[str, Verb] = {verb.value: verb for verb in Verb}
_ALIKE = 0.8  # of 1; a letter or two amiss in words of this length
_LONGEST_WORD = 40  # that is said back
_WORDS = 3  # the most in a text that is not yet a question


def parse_command(body: str, *, phrases: Sequence[str] = (), name: str | None = None) -> Parsed | None:
    """The command that a comment begins with; None when nothing in it is meant for us.

    A command is `/review …`, `@name review …` or one of the trigger phrases (which all mean review), in
    any case, at the start of the first line that is neither blank nor quoted. `@name` before free text asks
    what the text says. Words behind a slash are left to other bots, unless they are ours but for a slip.
    """
    text = _read_text(body)
    if text is None:
        return None
    return _slashed(text) or _mentioned(text, name) or _phrased(text, phrases)


def understand(spoken: str) -> Parsed:
    """What `spoken` of a command says; never None, for it was meant for us."""
    known = _verb(spoken)
    return known or Unknown(spoken=spoken, hint=_not_known(spoken))


def _read_text(body: str) -> str | None:
    """The text from the first line that its author wrote to be read; None when that is code."""
    lines = body.replace("\0", "").splitlines()
    for at, line in enumerate(lines):
        if line.strip() and not line.lstrip().startswith(">"):
            return None if _CODE.match(line) else "\n".join(lines[at:]).strip()
    return None


def _slashed(text: str) -> Parsed | None:
    if not _SLASHED.match(text):
        return None
    return _verb(text) or _slip(text)


def _slip(text: str) -> Unknown | None:
    """A word of ours with a letter amiss. The first is right, or else `/preview` would be `/review`."""
    match = _VERB.match(text)
    word = match[1].lower() if match else ""
    alike = get_close_matches(word, [verb for verb in Verb if verb[0] == word[:1]], n=1, cutoff=_ALIKE)
    if not alike or word.startswith(alike[0]):
        return None
    spoken = text.partition("\n")[0].strip().removeprefix("/")
    return Unknown(spoken=spoken, hint=_not_known(spoken))


def _mentioned(text: str, name: str | None) -> Parsed | None:
    match = re.fullmatch(f"@{re.escape(name)}{_AFTER_MENTION}", text, _PLAINLY) if name else None
    words = match[1].strip() if match else ""
    if not words:
        return None
    known = _verb(words)
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
    match = _VERB.fullmatch(text)
    verb = _VERBS.get(match[1].lower()) if match else None
    if match is None or verb is None:
        return None
    rest = match[2].strip() if verb in _PROSE else match[2].partition("\n")[0].strip()
    spoken = f"{verb} {rest}".strip()
    try:
        return Command(verb=verb, spoken=spoken, **_ARGUMENTS[verb](rest))
    except ValueError as error:
        return Unknown(spoken=spoken, hint=str(error))


def _not_known(spoken: str) -> str:
    word = clip(spoken.partition("\n")[0].split(" ")[0], _LONGEST_WORD)
    alike = get_close_matches(word.lower(), list(Verb), n=1, cutoff=_ALIKE)
    advice = f"did you mean `/{alike[0]}`?" if alike else "`/help` lists them."
    return f"{code(word)} is no command of mine; {advice}"


def _review(rest: str) -> Mapping[str, Any]:
    words = _words(rest)
    modes = {Mode(word.lower()) for word in words if word.lower() in _MODES}
    paths = tuple(word for word in words if word.lower() not in _MODES)
    if len(modes) > 1:
        raise ValueError("`/review` takes `full` or `continue`, not both.")
    if Mode.CONTINUE in modes and paths:
        raise ValueError("`/review continue` takes no paths: it goes on where the budget ended.")
    return {"mode": modes.pop() if modes else Mode.USUAL, "paths": paths}


def _question(rest: str) -> Mapping[str, Any]:
    if not rest:
        raise ValueError("`/ask` needs a question, as in `/ask why is this locked twice?`.")
    return {"text": rest}


def _text(rest: str) -> Mapping[str, Any]:
    return {"text": rest}


def _path(rest: str) -> Mapping[str, Any]:
    paths = _words(rest)
    if len(paths) > 1:
        raise ValueError("`/config` takes one path; one with blanks is written in quotes.")
    return {"paths": paths}


def _nothing(rest: str) -> Mapping[str, Any]:
    """Whatever is said besides is courtesy."""
    del rest
    return {}


def _words(rest: str) -> tuple[str, ...]:
    """Words may be in quotes. Raises `ValueError` when a quote does not end."""
    lexer = shlex.shlex(rest, posix=True, punctuation_chars="")
    lexer.whitespace_split, lexer.commenters, lexer.escape = True, "", ""
    try:
        return tuple(word for word in lexer if word)
    except ValueError:
        raise ValueError("A quotation mark stands alone; names with blanks are written in two.") from None


_REVIEWING = frozenset({Verb.REVIEW, Verb.SUMMARY, Verb.RESUME})
_MODES = frozenset({Mode.FULL.value, Mode.CONTINUE.value})
_PROSE = frozenset({Verb.ASK, Verb.EXPLAIN, Verb.DISMISS})
_ARGUMENTS: Mapping[Verb, Callable[[str], Mapping[str, Any]]] = {
    Verb.REVIEW: _review,
    Verb.SUMMARY: _nothing,
    Verb.ASK: _question,
    Verb.EXPLAIN: _text,
    Verb.DISMISS: _text,
    Verb.PAUSE: _nothing,
    Verb.RESUME: _nothing,
    Verb.CONFIG: _path,
    Verb.HELP: _nothing,
}
