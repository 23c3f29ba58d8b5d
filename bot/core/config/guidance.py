"""Joins a repository's guidance for contributors, shortened to leave space for the change."""

from collections.abc import Mapping

MAX_BYTES = 6000


def write_guidance(texts: Mapping[str, str], most: int = MAX_BYTES) -> str:
    """The files, each under its name; long ones are cut so that all share `most` bytes fairly."""
    parts = {name: text.strip() for name, text in texts.items() if text.strip()}
    remaining = most - sum(len(_section(name, "").encode()) + 2 for name in parts)
    kept: dict[str, str] = {}
    for done, name in enumerate(sorted(parts, key=lambda name: len(parts[name]))):
        kept[name] = _cut(parts[name], max(remaining // (len(parts) - done), 0))
        remaining -= len(kept[name].encode())
    return "\n\n".join(_section(name, kept[name]) for name in parts if kept[name])


def _section(name: str, text: str) -> str:
    return f"--- {name} ---\n{text}"


def _cut(text: str, most: int) -> str:
    """At most `most` bytes of `text`, cut at the end of a line if one is near."""
    if len(text.encode()) <= most:
        return text
    ending = "\n[cut]"
    head = text.encode()[: most - len(ending)].decode(errors="ignore") if most > len(ending) else ""
    line = head.rfind("\n")
    return (head[:line] if line > len(head) // 2 else head).rstrip() + ending if head else ""
