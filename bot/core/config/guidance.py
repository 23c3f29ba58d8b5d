"""What a repository tells its contributors, cut to a size that leaves room for the change."""

from collections.abc import Mapping

MAX_BYTES = 6000


def write_guidance(texts: Mapping[str, str], most: int = MAX_BYTES) -> str:
    """The files by name, each under its name; long ones are cut so that every one has its share of `most`."""
    parts = {name: text.strip() for name, text in texts.items() if text.strip()}
    room = most - sum(len(_section(name, "").encode()) + 2 for name in parts)
    kept: dict[str, str] = {}
    for done, name in enumerate(sorted(parts, key=lambda name: len(parts[name]))):
        kept[name] = _cut(parts[name], max(room // (len(parts) - done), 0))
        room -= len(kept[name].encode())
    return "\n\n".join(_section(name, kept[name]) for name in parts if kept[name])


def _section(name: str, text: str) -> str:
    return f"--- {name} ---\n{text}"


def _cut(text: str, most: int) -> str:
    """At most so many bytes, up to the end of a line where one is near."""
    if len(text.encode()) <= most:
        return text
    ending = "\n[cut]"
    head = text.encode()[: most - len(ending)].decode(errors="ignore") if most > len(ending) else ""
    line = head.rfind("\n")
    return (head[:line] if line > len(head) // 2 else head).rstrip() + ending if head else ""
