"""Shortens plain text and Markdown."""

import re

# GitHub documents limits of 65,536 characters and of 262,144 bytes; a character has at most four.
MAX_COMMENT = 65_000

_FENCE = re.compile(r" *`{3,}")
_NOTE = "*Truncated: the full text exceeds the length limit.*"


def clip(text: str, limit: int) -> str:
    """Plain text cut to `limit` characters, at a space if one is near, with "…" at the end."""
    if len(text) <= limit:
        return text
    cut = text[: max(limit - 1, 0)]
    space = max(cut.rfind(" "), cut.rfind("\n"))
    return (cut[:space] if space > limit // 2 else cut).rstrip() + "…"


def shorten(text: str, limit: int = MAX_COMMENT, note: str = _NOTE) -> str:
    """Markdown cut to `limit` characters between paragraphs, or else lines, with `note` at the end.

    Open code blocks and `<details>` are closed. Lines are never cut: half a code span would expose its
    content as Markdown.
    """
    if len(text) <= limit:
        return text
    budget = limit - len(note) - 2
    while budget > 0:
        cut = _cut(text, budget)
        closing = _closing(cut)
        result = "\n\n".join(part for part in (cut + closing, note) if part)
        if len(result) <= limit:
            return result
        budget = len(cut) - 1
    return note[:limit]


def _cut(text: str, budget: int) -> str:
    """The first `budget` characters at most, up to the end of a paragraph, or else of a line."""
    head = text[: budget + 1]
    paragraph, line = head.rfind("\n\n"), head.rfind("\n")
    return text[: max(paragraph if paragraph > budget // 2 else line, 0)].rstrip()


def _closing(text: str) -> str:
    """What closes the code block and the `<details>` that `text` leaves open.

    A block in a list item is closed with its indentation: elsewhere the same line would open another.
    """
    opening = ""
    details = 0
    for line in text.split("\n"):
        match = _FENCE.match(line)
        if opening:
            opening = "" if line.strip() == opening.strip() else opening
        elif match:
            opening = match[0]
        else:
            details += line.count("<details") - line.count("</details>")
    return (f"\n{opening}" if opening else "") + "\n\n</details>" * details
