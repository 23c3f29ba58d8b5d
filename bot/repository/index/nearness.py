"""How close two files are: what is close to the change is more likely meant by a name."""

from pathlib import PurePosixPath

from bot.repository.outlines import grammar_of

_TESTS = frozenset({"test", "tests", "spec", "specs", "__tests__", "testing", "testdata", "e2e", "fixtures"})
_DISTANT = frozenset(
    {"vendor", "node_modules", "third_party", "dist", "build", "examples", "docs", "generated"}
)


def distance(path: str, near: str) -> tuple[int, int, str]:
    """Sorts files: the file itself, files of its language in its directory, then by directories apart. Tests
    and vendored files come later.
    """
    if path == near:
        return (0, 0, path)
    here, there = PurePosixPath(path), PurePosixPath(near)
    shared = 0
    for one, other in zip(here.parent.parts, there.parent.parts, strict=False):
        if one != other:
            break
        shared += 1
    apart = len(here.parent.parts) + len(there.parent.parts) - 2 * shared
    is_foreign = grammar_of(path) is not grammar_of(near) and bool(near)
    return (1 + is_test(path) + 2 * is_foreign + 3 * is_distant(path), apart, path)


def is_test(path: str) -> bool:
    """Whether a file holds tests, by its name and its directories."""
    where = PurePosixPath(path)
    stem = where.stem.lower()
    return bool(
        _TESTS & {part.lower() for part in where.parent.parts}
        or stem.startswith(("test_", "spec_"))
        or stem.endswith(("_test", "_spec", ".test", ".spec", "test", "tests", "_tests", "spec"))
    )


def is_distant(path: str) -> bool:
    """Whether a file is a copy of foreign code, or no part of the program."""
    return bool(_DISTANT & {part.lower() for part in PurePosixPath(path).parent.parts})
