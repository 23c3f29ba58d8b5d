r"""Translates patterns of .gitignore and .gitattributes into regular expressions.

Untrusted authors write the patterns, so every expression must match in linear time. A star stops at the first
possible position (atomic groups). No later position can be better, because the text between two stars has a
fixed length.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

_TOKEN = re.compile(
    r"\\(?P<escaped>.)|(?P<stars>\*+)|(?P<any>\?)|(?P<slash>/)"
    r"|\[(?P<out>[!^]?)(?P<set>\]?+(?:\[:[a-z]+:\]|\\.|[^\]\\])*)\]|(?P<bad>[\[\\])|(?P<plain>.)",
    re.DOTALL,
)
_ITEM = re.compile(
    r"\[:(?P<posix>[a-z]+):\]|(?P<first>\\.|[^\\])-(?P<last>\\.|[^\\])|\\?(?P<one>.)", re.DOTALL
)
_POSIX = {
    "alnum": "a-zA-Z0-9",
    "alpha": "a-zA-Z",
    "blank": r" \t",
    "cntrl": r"\x00-\x1f\x7f",
    "digit": "0-9",
    "graph": "!-~",
    "lower": "a-z",
    "print": " -~",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\s",
    "upper": "A-Z",
    "xdigit": "0-9A-Fa-f",
}
_SLASH, _STAR, _STARS = "/", "*", "**"  # tokens that are not expressions
_DIRECTORIES = r"(?:[^/]+/)*?"

T = TypeVar("T")
Segment = list[str]


class BadPattern(ValueError):
    """The text says what is wrong with the pattern, as the predicate of a sentence."""


def inside(pattern: str) -> str:
    """An expression for the paths that a .gitignore pattern matches: files, and everything in a directory.

    `pattern` comes without a leading "!". Match the expression at the start of a path. Raises `BadPattern`.
    """
    segments, directories_only = _read(pattern)
    return _path(segments, "/" if directories_only else r"(?:/|\Z)")


def exactly(pattern: str) -> str | None:
    """An expression for the files that a .gitattributes pattern matches; None if it can match no file."""
    segments, directories_only = _read(pattern)
    return None if directories_only else _path(segments, r"\Z")


def any_of(expressions: Iterable[str]) -> str:
    """One expression for all of them. Patterns that match in any directory share one scan over the path."""
    anchored, floating = [], []
    for expression in expressions:
        if expression.startswith(_DIRECTORIES):
            floating.append(expression.removeprefix(_DIRECTORIES))
        else:
            anchored.append(expression)
    anywhere = [f"{_DIRECTORIES}(?:{'|'.join(floating)})"] if floating else []
    return "|".join([*anchored, *anywhere])


def escape(path: str) -> str:
    """A pattern that matches only `path`."""
    return re.sub(r"([\\*?\[\]!# ])", r"\\\1", path)


def _read(pattern: str) -> tuple[list[Segment], bool]:
    """The segments between slashes, and whether the pattern matches only directories."""
    bare = pattern.removesuffix("/")
    if not bare:
        raise BadPattern("is empty")
    is_anchored = "/" in bare
    segments = list(_segments(_tokens(bare.removeprefix("/"))))
    if not is_anchored:
        segments = [[_STARS], [_STAR if token == _STARS else token for token in segments[0]]]
    return segments, bare != pattern


def _tokens(pattern: str) -> Iterator[str]:
    for token in _TOKEN.finditer(pattern):
        if token["bad"]:
            raise BadPattern("has an unclosed [" if token["bad"] == "[" else "ends with a backslash")
        if token["stars"]:
            yield _STAR if token["stars"] == "*" else _STARS
        elif token["set"] is not None:
            yield _set(token["set"], without=bool(token["out"]))
        elif token["any"]:
            yield "[^/]"
        else:
            yield re.escape(token["slash"] or token["escaped"] or token["plain"])


def _set(text: str, *, without: bool) -> str:
    items = "".join(map(_item, _ITEM.finditer(text)))
    return f"[^/{items}]" if without else f"(?!/)[{items}]"


def _item(item: re.Match[str]) -> str:
    if item["posix"]:
        if item["posix"] not in _POSIX:
            raise BadPattern(f"has the unknown character class [:{item['posix']}:]")
        return _POSIX[item["posix"]]
    if item["one"]:
        return re.escape(item["one"])
    first, last = item["first"][-1], item["last"][-1]
    between = f"{re.escape(first)}-{re.escape(last)}" if first <= last else ""
    return re.escape(first) + between


def _segments(tokens: Iterable[str]) -> Iterator[Segment]:
    """Two stars differ from one only if they form a whole segment."""
    segment: Segment = []
    for token in tokens:
        if token == _SLASH:
            yield _alone(segment)
            segment = []
        else:
            segment.append(token)
    yield _alone(segment)


def _alone(segment: Segment) -> Segment:
    return segment if segment == [_STARS] else [_STAR if token == _STARS else token for token in segment]


def _path(segments: Sequence[Segment], end: str) -> str:
    """Joins the groups of segments between `**`: the first matches at the start, the last at the end, and
    each of the others as early as possible.
    """
    first, *others = _split(segments, [_STARS])
    names = ["/".join(map(_name, group)) for group in others]
    start = "/".join(map(_name, first))
    if not others:
        return start + end
    start += "/" if first else ""
    middle = "".join(f"(?>{_DIRECTORIES}{name}/)" for name in names[:-1] if name)
    return start + middle + (f"{_DIRECTORIES}{names[-1]}{end}" if others[-1] else f".+{end}")


def _name(segment: Segment) -> str:
    """One name in a path. A slash or the end follows it."""
    first, *others = ("".join(run) for run in _split(segment, _STAR))
    if not others:
        return first
    return first + "".join(f"(?>[^/]*?{run})" for run in others[:-1] if run) + f"[^/]*{others[-1]}"


def _split(items: Sequence[T], at: T) -> list[list[T]]:
    groups: list[list[T]] = [[]]
    for item in items:
        if item == at:
            groups.append([])
        else:
            groups[-1].append(item)
    return groups
