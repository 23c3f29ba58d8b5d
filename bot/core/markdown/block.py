"""Rewrites the blocks of untrusted Markdown.

Each line is handled independently: quotes, list items and code fences remain, headings become bold lines, and
rules, underlines and tables are neutralized so that they do not affect their neighbours.
"""

import re

from bot.core.markdown.characters import clean
from bot.core.markdown.code import fence
from bot.core.markdown.inline import rewrite

_PREFIX = re.compile(r"(?:[ \t]*(?:>|(?:[-*+]|\d{1,9}[.)])(?=[ \t])))*[ \t]*")
_FENCE = re.compile(r"(?P<ticks>`{3,}|~{3,})(?P<language>[^`]*)|(?P<tildes>~{3,})(?P<rest>.*)")
_HEADING = re.compile(r"#{1,6}(?:[ \t]+(.*))?")
_RULE_SIGNS = frozenset("-=:|_* ")
_MAX_INDENT = 3  # four would make it code


def defuse(text: str) -> str:
    """Untrusted `text` as Markdown that is safe to post.

    The result has no mentions, references, HTML, images, headings or tables; links lead only to web and mail
    addresses; code blocks are closed.
    """
    lines = clean(text).expandtabs(4).split("\n")
    out: list[str] = []
    at = 0
    while at < len(lines):
        prefix, rest = _split(lines[at])
        opening = _FENCE.fullmatch(rest)
        if opening:
            block, at = _code_block(lines, at + 1, prefix, opening)
            out += block
        else:
            out.append(_line(prefix, _rewrite_line(rest)))
            at += 1
    return "\n".join(out).strip("\n")


def _split(line: str) -> tuple[str, str]:
    """Splits off quote signs, list markers and spaces."""
    line = line.rstrip()
    match = _PREFIX.match(line)
    end = match.end() if match else 0
    return line[:end], line[end:]


def _line(prefix: str, text: str) -> str:
    """A line; an empty list item is dropped, because a lone "-" makes the line above a heading."""
    return prefix + text if text else ">" * (">" in prefix)


def _rewrite_line(rest: str) -> str:
    heading = _HEADING.fullmatch(rest)
    if heading:
        title = rewrite((heading[1] or "").rstrip("# ").strip("* "))
        return f"**{title}**" if title else ""
    signs = frozenset(rest)
    if signs <= _RULE_SIGNS and signs & {"-", "="}:
        return "* * *" if len(rest) > 2 and signs <= {"-", " "} else re.sub(r"([-=|])", r"\\\1", rest)
    return rewrite(rest)


def _code_block(lines: list[str], at: int, prefix: str, opening: re.Match[str]) -> tuple[list[str], int]:
    """The block that begins before line `at`, and the index of the line after it.

    The block gets a new fence, outside of the quotes and list items that contained it. Every line is indented
    as far as the fence, because a line with less indentation would end the list item and the code.
    """
    ticks = opening["ticks"] or opening["tildes"]
    closing = re.compile(rf"{ticks[0]}{{{len(ticks)},}}")
    body: list[str] = []
    while at < len(lines):
        line = _unquote(lines[at]) if ">" in prefix else lines[at]
        at += 1
        if closing.fullmatch(line.strip()):
            break
        body.append(line)
    words = (opening["language"] or opening["rest"] or "").split()
    block = fence("\n".join([*_dedent(body, len(prefix)), ""]), words[0] if words else "")
    indent = 0 if prefix.strip() else min(len(prefix), _MAX_INDENT)
    return [" " * indent + line for line in block.split("\n")], at


def _unquote(line: str) -> str:
    return re.sub(r"^[ ]{0,3}(?:> ?)+", "", line)


def _dedent(lines: list[str], most: int) -> list[str]:
    """Removes up to `most` leading spaces from each line."""
    return [line[min(most, len(line) - len(line.lstrip(" "))) :] for line in lines]
