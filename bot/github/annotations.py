"""Annotations of a check run as GitHub takes them, and which of them are there already."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.core.check_run import Annotation, Check
from bot.github.shapes import AnnotationShape

AT_ONCE = 50  # annotations in one call
MOST = 500  # of one check run
_LONGEST = 64 * 1024  # bytes of a message

Mark = dict[str, Any]


class _AnnotationKey(NamedTuple):
    """By what an annotation is known again."""

    path: str
    line: int
    end: int
    level: str | None
    title: str


def marks_of(check: Check) -> list[Mark]:
    return [_mark(annotation) for annotation in check.annotations[:MOST]]


def lacking(marks: Sequence[Mark], there: Sequence[AnnotationShape]) -> list[Mark]:
    """Those of `marks` that are not there yet."""
    return _compare(marks, there)[0]


def left_over(marks: Sequence[Mark], there: Sequence[AnnotationShape]) -> list[Mark] | None:
    """The same; None when others are there, which nobody can take away."""
    left, others = _compare(marks, there)
    return None if others else left


def _compare(marks: Sequence[Mark], there: Sequence[AnnotationShape]) -> tuple[list[Mark], int]:
    """Those of `marks` that are not there, and how many are there that are none of them."""
    known = Counter(
        _AnnotationKey(
            one.path, one.start_line, one.end_line, one.annotation_level, (one.title or "").strip()
        )
        for one in there
    )
    left = []
    for mark in marks:
        key = _key(mark)
        if known[key] > 0:
            known[key] -= 1
        else:
            left.append(mark)
    return left, known.total()


def _mark(annotation: Annotation) -> Mark:
    return {
        "path": annotation.path,
        "start_line": annotation.line,
        "end_line": max(annotation.line, annotation.end),
        "annotation_level": annotation.level.value,
        "title": annotation.title,
        "message": _cut(annotation.message),
    }


def _key(mark: Mark) -> _AnnotationKey:
    return _AnnotationKey(
        mark["path"], mark["start_line"], mark["end_line"], mark["annotation_level"], mark["title"].strip()
    )


def _cut(message: str) -> str:
    return message.encode("utf-8", "replace")[:_LONGEST].decode("utf-8", "ignore")
