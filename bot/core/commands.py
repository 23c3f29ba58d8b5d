"""Commands: what a comment asks the bot to do."""

import re
from collections.abc import Iterable, Sequence

from bot.core.value import Value

REVIEW = "review"
COMMANDS = frozenset({REVIEW})

_VERB = re.compile(r"/?([a-z][a-z0-9_-]*)(?:\s+(.*))?", re.IGNORECASE)
_SLASHED = re.compile(r"/[a-z]", re.IGNORECASE)
_AFTER_MENTION = r"(?:\[bot\])?[:,]?\s+(.*)"
_CODE = re.compile(r" {4}| {0,3}\t|\s*(?:`{3}|~{3})")


class Command(Value):
    """A command by its name (one of `COMMANDS`), and the rest of its line."""

    name: str
    arguments: str = ""


def parse_command(body: str, *, phrases: Sequence[str] = (), name: str | None = None) -> Command | None:
    """The command that a comment begins with; None when it is no command of ours.

    A command is `/review …`, `@name review …` or one of the trigger phrases (which all mean review), in
    any case, at the start of the first line that is neither blank nor quoted. Words behind a slash that
    are not ours are left to other bots.
    """
    line = _first_line(body)
    if line is None:
        return None
    return _slashed(line) or _mentioned(line, name) or _phrased(line, phrases)


def _first_line(body: str) -> str | None:
    """The first line that its author wrote to be read; None when that is code."""
    lines = (line for line in body.splitlines() if line.strip() and not line.lstrip().startswith(">"))
    line = next(lines, None)
    return None if line is None or _CODE.match(line) else line.strip()


def _slashed(line: str) -> Command | None:
    return _verb(line) if _SLASHED.match(line) else None


def _mentioned(line: str, name: str | None) -> Command | None:
    if not name:
        return None
    match = re.fullmatch(f"@{re.escape(name)}{_AFTER_MENTION}", line, re.IGNORECASE)
    return _verb(match[1]) if match else None


def _verb(text: str) -> Command | None:
    match = _VERB.fullmatch(text)
    if not match or match[1].lower() not in COMMANDS:
        return None
    return Command(name=match[1].lower(), arguments=match[2] or "")


def _phrased(line: str, phrases: Iterable[str]) -> Command | None:
    """A phrase ends where a word ends: `flows review` is not found in "flows reviewed it"."""
    for phrase in filter(None, map(str.strip, phrases)):
        match = re.match(rf"{re.escape(phrase)}(?:(?<!\w)|(?!\w))", line, re.IGNORECASE)
        if match:
            return Command(name=REVIEW, arguments=line[match.end() :].strip())
    return None
