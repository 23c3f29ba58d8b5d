"""Extracts the author's own text from a comment, without quotations and additions of mail programs.

GitHub turns every reply to its mails into a comment, including the quoted mail, signatures and footers.
"""

import re

from bot.core.comments.email import QUOTED, ends_at, introduction, is_quote_next

_QUOTED_OR_BLANK = re.compile(r"\s*(?:>|$)")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")


def without_quotes(body: str) -> str:
    """The author's own lines, without leading and trailing blank lines. Fenced code is unchanged, even if its
    lines look like quotations.
    """
    lines = body.replace("\0", "").splitlines()
    kept: list[str] = []
    fence = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        if fence or _FENCE.match(line):
            fence = _fence_after(line, fence)
        elif (QUOTED if kept else _QUOTED_OR_BLANK).match(line):
            at += 1
            continue
        elif not line.strip():
            pass
        elif count := introduction(lines, at):
            at += count
            if not is_quote_next(lines, at):
                break
            continue
        elif ends_at(lines, at):
            break
        kept.append(line)
        at += 1
    return "\n".join(kept).rstrip()


def _fence_after(line: str, fence: str) -> str:
    """The fence that is open after `line`, if `fence` was open before it."""
    match = _FENCE.match(line)
    if not fence:
        return match[1] if match else ""
    closes = match and line.strip() == match[1] and match[1].startswith(fence)
    return "" if closes else fence
