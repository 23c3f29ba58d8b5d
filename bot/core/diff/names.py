r"""Names of files in diffs: C-style quotes (`"a/caf\303\251"`) and pairs (`diff --git a/x b/x`)."""

import re

QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_LETTERS = {
    b"a": b"\a",
    b"b": b"\b",
    b"t": b"\t",
    b"n": b"\n",
    b"v": b"\v",
    b"f": b"\f",
    b"r": b"\r",
}
_SPELLED = {value[0]: "\\" + key.decode() for key, value in _LETTERS.items()} | {34: '\\"', 92: "\\\\"}


def unquote(text: str) -> str:
    """The name that git quoted as `text`; bytes that are not UTF-8 become U+FFFD."""
    if not QUOTED.fullmatch(text):
        return text
    return _ESCAPE.sub(_unescape, text[1:-1].encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def _unescape(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    return bytes([int(escape, 8) & 0xFF]) if len(escape) == 3 else _LETTERS.get(escape, escape)


def quote(name: str) -> str:
    """`name` as git quotes it by default."""
    data = name.encode("utf-8", "surrogatepass")
    spelled = "".join(_SPELLED.get(byte) or _plain(byte) for byte in data)
    return name if spelled == name else f'"{spelled}"'


def _plain(byte: int) -> str:
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def split_pair(text: str, between: str = " ") -> tuple[str, str] | None:
    """The two prefixed names of one file, separated by `between`.

    Spaces in names make such a line ambiguous. Except for renames, both names differ only in their first
    parts ("a/x" and "b/x", "old/x" and "newer/x"), which at most one split of the line satisfies. None if
    there is no such split. Runs in time linear in the length of `text`.
    """
    if '"' in text and (quoted := _split_quoted(text, between)):
        return quoted
    size = (len(text) - len(between)) // 2
    halves = text[:size], text[size + len(between) :]
    if size > 0 and halves[0] == halves[1] and text[size : size + len(between)] == between:
        return halves
    return _split_prefixed(text, between)


def _split_prefixed(text: str, between: str) -> tuple[str, str] | None:
    """The split at which both names are equal after their first slash. From left to right, the first name
    grows and the second does not, so their lengths are equal at one place at most.
    """
    first = text.find("/") + 1
    at = text.find(between, first) if first else -1
    second = 0
    while at >= 0:
        if second <= at + len(between):
            second = text.find("/", at + len(between)) + 1
        if not second or at - first > len(text) - second:
            return None
        if at > first and at - first == len(text) - second:
            same = text[first:at] == text[second:]
            return (text[:at], text[at + len(between) :]) if same else None
        at = text.find(between, at + 1)
    return None


def _split_quoted(text: str, between: str) -> tuple[str, str] | None:
    """Like `split_pair`, if git quotes at least one of the names: an unquoted one contains no quotes. None if
    a name itself contains quotes.
    """
    first = QUOTED.match(text)
    at = first.end() if first else max(text.index('"') - len(between), 0)
    old, new = text[:at], text[at + len(between) :]
    if text[at : at + len(between)] != between or not (_is_well_formed(old) and _is_well_formed(new)):
        return None
    return unquote(old), unquote(new)


def _is_well_formed(name: str) -> bool:
    return bool(name) and ('"' not in name or bool(QUOTED.fullmatch(name)))


def common(old: str, new: str) -> str | None:
    """The path that both names denote: without prefixes they are equal ("x", "x"), with prefixes only their
    first parts differ ("a/x", "b/x"). None if they denote two files.
    """
    if old == new:
        return new
    bare = new.partition("/")[2]
    return bare if bare and bare == old.partition("/")[2] else None
