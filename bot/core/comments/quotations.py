"""What somebody wrote in a comment, without quotations and without what a mail program put around it.

GitHub makes a comment of every answer to its mails, with the quoted mail, the signature and the footer that
stand in it. None of these is said by the author of the comment.
"""

import re

from bot.core.comments.email import QUOTED, ends_at, introduction, is_quote_next

_QUOTED_OR_BLANK = re.compile(r"\s*(?:>|$)")
_FENCE = re.compile(r" {0,3}(`{3,}(?=[^`]*$)|~{3,})")


def without_quotes(body: str) -> str:
    """The author's own lines, with blank lines before and behind them taken away. Code in fences stays as
    it is, whatever its lines begin with.
    """
    lines = body.replace("\0", "").splitlines()
    kept: list[str] = []
    fence = ""
    at = 0
    while at < len(lines):
        line = lines[at]
        if fence or _FENCE.match(line):
            fence = _fence_behind(line, fence)
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


def _fence_behind(line: str, fence: str) -> str:
    """The fence that is open behind `line`, when `fence` was before it."""
    match = _FENCE.match(line)
    if not fence:
        return match[1] if match else ""
    closes = match and line.strip() == match[1] and match[1].startswith(fence)
    return "" if closes else fence
