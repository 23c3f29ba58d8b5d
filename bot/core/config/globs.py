r"""Patterns of .gitignore and .gitattributes as regular expressions.

Whoever writes a pattern decides what it costs to match it, so each expression is made to match in linear
time: a star stops at the first place that will do (atomic groups), which is as good as any other, for what
stands between two stars is of a fixed length.
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
_SLASH, _STAR, _STARS = "/", "*", "**"  # in place of an expression
_DIRECTORIES = r"(?:[^/]+/)*?"

T = TypeVar("T")
Segment = list[str]


class BadPattern(ValueError):
    """The text says what is wrong with the pattern."""


def inside(pattern: str) -> str:
    """An expression for the paths that `pattern` of a .gitignore means: files, and all in a directory.

    A "!" at the front is no part of `pattern`. To be matched at the start of a path. Raises `BadPattern`.
    """
    segments, directories_only = _read(pattern)
    return _path(segments, "/" if directories_only else r"(?:/|\Z)")


def exactly(pattern: str) -> str | None:
    """An expression for the files that `pattern` of a .gitattributes means; None for one that means none."""
    segments, directories_only = _read(pattern)
    return None if directories_only else _path(segments, r"\Z")


def any_of(expressions: Iterable[str]) -> str:
    """One expression for all of them. What may stand in any directory is looked for in each of them once."""
    anchored, floating = [], []
    for expression in expressions:
        if expression.startswith(_DIRECTORIES):
            floating.append(expression.removeprefix(_DIRECTORIES))
        else:
            anchored.append(expression)
    anywhere = [f"{_DIRECTORIES}(?:{'|'.join(floating)})"] if floating else []
    return "|".join([*anchored, *anywhere])


def escape(path: str) -> str:
    """A pattern that means `path` alone."""
    return re.sub(r"([\\*?\[\]!# ])", r"\\\1", path)


def _read(pattern: str) -> tuple[list[Segment], bool]:
    """The parts between slashes, and whether only directories are meant."""
    bare = pattern.removesuffix("/")
    if not bare:
        raise BadPattern("names nothing")
    is_anchored = "/" in bare
    segments = list(_segments(_tokens(bare.removeprefix("/"))))
    if not is_anchored:
        segments = [[_STARS], [_STAR if token == _STARS else token for token in segments[0]]]
    return segments, bare != pattern


def _tokens(pattern: str) -> Iterator[str]:
    for token in _TOKEN.finditer(pattern):
        if token["bad"]:
            wrong = "a [ without its ]" if token["bad"] == "[" else "a backslash with nothing behind it"
            raise BadPattern(f"has {wrong}")
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
            raise BadPattern(f"has no known class: [:{item['posix']}:]")
        return _POSIX[item["posix"]]
    if item["one"]:
        return re.escape(item["one"])
    first, last = item["first"][-1], item["last"][-1]
    between = f"{re.escape(first)}-{re.escape(last)}" if first <= last else ""
    return re.escape(first) + between


def _segments(tokens: Iterable[str]) -> Iterator[Segment]:
    """Two stars mean something else than one where they stand alone between slashes."""
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
    """The groups of segments between `**`: the first stands at the front, the last at the end, and each of
    the others as early as it can.
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
    """One name in a path. Behind it comes a slash or the end."""
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
