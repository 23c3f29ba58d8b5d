r"""Names of files in diffs: git's C-style quotes (`"a/caf\303\251"`) and the pair in `diff --git a/x b/x`."""

import re

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
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
    """The name that git wrote as `text`; what is not UTF-8 in it becomes U+FFFD."""
    if not _QUOTED.fullmatch(text):
        return text
    return _ESCAPE.sub(_unescape, text[1:-1].encode("utf-8", "surrogatepass")).decode("utf-8", "replace")


def _unescape(match: re.Match[bytes]) -> bytes:
    escape = match[1]
    return bytes([int(escape, 8) & 0xFF]) if len(escape) == 3 else _LETTERS.get(escape, escape)


def quote(name: str) -> str:
    """`name` as git writes it with its usual settings."""
    data = name.encode("utf-8", "surrogatepass")
    spelled = "".join(_SPELLED.get(byte) or _plain(byte) for byte in data)
    return name if spelled == name else f'"{spelled}"'


def _plain(byte: int) -> str:
    return chr(byte) if 0x20 <= byte < 0x7F else f"\\{byte:03o}"


def split_pair(text: str) -> tuple[str, str] | None:
    """Old and new name after `diff --git `, with their prefixes.

    Names with spaces make the line ambiguous. Outside of renames both names are equal but for their
    prefixes ("a/" and "b/", "i/" and "w/", none), which are of one length: the middle splits them.
    None when it does not.
    """
    if '"' in text:
        return _split_quoted(text)
    middle = len(text) // 2
    pair = text[:middle], text[middle + 1 :]
    return pair if text[middle : middle + 1] == " " and common(*pair) else None


def _split_quoted(text: str) -> tuple[str, str] | None:
    """Like `split_pair`, where at least one of the names is quoted. An unquoted name holds no quote."""
    first = _QUOTED.match(text)
    at = first.end() if first else text.index('"') - 1
    old, new = text[:at], text[at + 1 :]
    return (unquote(old), unquote(new)) if old and new and text[at] == " " else None


def common(old: str, new: str) -> str | None:
    """The name that both stand for: without prefixes they are equal ("x", "x"), with prefixes only
    their first parts differ ("a/x", "b/x"). None when they name two files.
    """
    if old == new:
        return new
    bare = new.partition("/")[2]
    return bare if bare and bare == old.partition("/")[2] else None


def strip_prefix(name: str, prefix: str) -> str:
    return name.removeprefix(prefix) if name != prefix else name
