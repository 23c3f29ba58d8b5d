"""The locations of configuration files."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bot.core.config.attributes import FILE as ATTRIBUTES
from bot.core.config.keys import default
from bot.core.config.problem import ConfigProblem

ORGANISATION = ".github"  # the name of the organisation's repository
NAME = "code-review-bot.yml"
OF_ORGANISATION = (f".github/{NAME}", NAME)
OF_REPOSITORY = (f".github/{NAME}", ".github/code-review-bot.yaml", f".{NAME}")
OF_DIRECTORY = f".{NAME}"
MOST_DIRECTORIES = 60


class Directories(NamedTuple):
    """`names` are searched; `more` counts those beyond the limit."""

    names: tuple[str, ...]
    more: int


def directories(paths: Iterable[str]) -> Directories:
    """The directories above `paths`, without the root: at most 60, those nearest to the root first."""
    found = {directory for path in paths for directory in _above(path)}
    ordered = sorted(found, key=lambda directory: (directory.count("/"), directory))
    return Directories(tuple(ordered[:MOST_DIRECTORIES]), max(len(ordered) - MOST_DIRECTORIES, 0))


def beforehand(names: Iterable[str]) -> tuple[str, ...]:
    """The files to fetch in advance: in the root, and in the directories `names`."""
    nested = (f"{name}/{file}" for name in names for file in (OF_DIRECTORY, ATTRIBUTES))
    return (*OF_REPOSITORY, ATTRIBUTES, *default("guidance"), *nested)


def first_of(
    texts: Mapping[str, str | None], candidates: Iterable[str]
) -> tuple[str | None, tuple[ConfigProblem, ...]]:
    """The first of `candidates` that exists, and a problem for each other one."""
    found = [path for path in candidates if path in texts]
    problems = (
        ConfigProblem(
            file=path,
            message=f"{found[0]} takes precedence, so this file is ignored.",
            fix="Keep only one of them.",
        )
        for path in found[1:]
    )
    return (found[0] if found else None), tuple(problems)


def _above(path: str) -> Iterable[str]:
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path
