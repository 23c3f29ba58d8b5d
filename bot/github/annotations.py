"""Annotations of a check run in GitHub's format, and which of them exist already."""

from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.core.check_run import Annotation, Check
from bot.github.shapes import AnnotationShape

AT_ONCE = 50  # annotations per call
MAX_ANNOTATIONS = 500  # per check run
_MAX_MESSAGE = 64 * 1024  # bytes

Mark = dict[str, Any]


class _AnnotationKey(NamedTuple):
    """Identifies an annotation."""

    path: str
    line: int
    end: int
    level: str | None
    title: str


def marks_of(check: Check) -> list[Mark]:
    return [_mark(annotation) for annotation in check.annotations[:MAX_ANNOTATIONS]]


def missing(marks: Sequence[Mark], existing: Sequence[AnnotationShape]) -> list[Mark]:
    """The `marks` that do not exist yet."""
    return _compare(marks, existing)[0]


def missing_or_conflict(marks: Sequence[Mark], existing: Sequence[AnnotationShape]) -> list[Mark] | None:
    """The same; None if other annotations exist, since none can be removed."""
    missing_marks, other_count = _compare(marks, existing)
    return None if other_count else missing_marks


def _compare(marks: Sequence[Mark], existing: Sequence[AnnotationShape]) -> tuple[list[Mark], int]:
    """The `marks` that do not exist yet, and how many other annotations exist."""
    counts = Counter(
        _AnnotationKey(
            shape.path, shape.start_line, shape.end_line, shape.annotation_level, (shape.title or "").strip()
        )
        for shape in existing
    )
    missing_marks = []
    for mark in marks:
        key = _key(mark)
        if counts[key] > 0:
            counts[key] -= 1
        else:
            missing_marks.append(mark)
    return missing_marks, counts.total()


def _mark(annotation: Annotation) -> Mark:
    return {
        "path": annotation.path,
        "start_line": annotation.line,
        "end_line": max(annotation.line, annotation.end),
        "annotation_level": annotation.level.value,
        "title": annotation.title,
        "message": _truncate(annotation.message),
    }


def _key(mark: Mark) -> _AnnotationKey:
    return _AnnotationKey(
        mark["path"], mark["start_line"], mark["end_line"], mark["annotation_level"], mark["title"].strip()
    )


def _truncate(message: str) -> str:
    return message.encode("utf-8", "replace")[:_MAX_MESSAGE].decode("utf-8", "ignore")
