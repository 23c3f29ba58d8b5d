"""Chooses the files of a repository that form a model: one quantisation with all its parts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.core.errors import Refused

# In order of preference. Four bits lose little quality and fit most machines; fewer bits lose much.
PREFERRED = ("Q4_K_M", "Q4_K_L", "Q4_K_S", "Q5_K_M", "Q5_K_S", "IQ4_XS", "IQ4_NL", "Q4_0", "Q6_K", "Q8_0")
LAST_RESORTS = ("Q3_K_L", "Q3_K_M", "MXFP4", "BF16", "F16")

_PART = re.compile(r"-(\d{5})-of-(\d{5})(?=\.gguf$)", re.IGNORECASE)
_QUANTISATION = re.compile(
    r"(?:^|[-._])((?:UD-)?I?Q\d(?:_[A-Z0-9]+)*|MXFP4|BF16|F16|F32)(?=$|[-._])", re.IGNORECASE
)
# GGUF files that are not language models: image projectors and importance matrices.
_NO_MODEL = re.compile(r"(?:^|/)(?:mmproj|imatrix)|imatrix\.gguf$", re.IGNORECASE)
_MOST_SHOWN = 12


@dataclass(frozen=True)
class HubFile:
    """A file as a repository lists it. `size` is in bytes; `sha256` is None if unknown."""

    path: str
    size: int | None = None
    sha256: str | None = None

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]


def choose(files: Sequence[HubFile], pattern: str | None, where: str) -> tuple[HubFile, ...]:
    """The parts of one model, in order. `pattern` is a file's path or name, a pattern with `*`, or a
    quantisation (`Q5_K_M`).

    Raises `Refused`: no model or several models match, or a part is missing.
    """
    models = _models([file for file in files if file.name.lower().endswith(".gguf")])
    if not models:
        raise Refused(f"{where} contains no GGUF file; look for a repository whose name ends in GGUF")
    matching = {stem: parts for stem, parts in models.items() if _matches(stem, parts, pattern)}
    if not matching:
        raise Refused(f"{where} contains no file {pattern}; it has {_shown(models)}")
    return _whole(_best(matching, where), where)


def stem(file: str) -> str:
    """The file's name without directory, part and ending."""
    name = _PART.sub("", file.rsplit("/", 1)[-1])
    return name[: -len(".gguf")] if name.lower().endswith(".gguf") else name


def quantisation(file: str) -> str | None:
    """The quantisation in a file's name, such as Q4_K_M."""
    found = _QUANTISATION.findall(stem(file))
    return found[-1].upper() if found else None


def _models(files: Sequence[HubFile]) -> dict[str, list[HubFile]]:
    """The files by path without part number and extension."""
    models: dict[str, list[HubFile]] = {}
    for file in sorted(files, key=lambda file: file.path):
        models.setdefault(_PART.sub("", file.path), []).append(file)
    return models


def _matches(path: str, parts: Sequence[HubFile], pattern: str | None) -> bool:
    if pattern is None:
        return not _NO_MODEL.search(path)
    wanted = pattern.lower()
    if quantisation(path) == pattern.upper():
        return not _NO_MODEL.search(path)
    names = {path, path.rsplit("/", 1)[-1], *(part.path for part in parts), *(part.name for part in parts)}
    return any(fnmatchcase(name.lower(), form) for name in names for form in (wanted, f"{wanted}.gguf"))


def _best(found: dict[str, list[HubFile]], where: str) -> list[HubFile]:
    if len(found) == 1:
        return next(iter(found.values()))
    for wanted in PREFERRED + LAST_RESORTS:
        alike = [path for path in found if quantisation(path) == wanted]
        if len(alike) == 1:
            return found[alike[0]]
        if alike:
            break
    raise Refused(f"{where} contains several models; choose one with --file: {_shown(found)}")


def _whole(parts: list[HubFile], where: str) -> tuple[HubFile, ...]:
    """All files of the model. Some repositories contain it twice, as one file and in parts."""
    single = [part for part in parts if not _PART.search(part.path)]
    if single:
        return (single[0],)
    numbers = [found for part in parts if (found := _PART.search(part.path))]
    total = int(numbers[0][2])
    missing = sorted(set(range(1, total + 1)) - {int(number[1]) for number in numbers})
    if missing:
        listed = ", ".join(map(str, missing[:_MOST_SHOWN]))
        raise Refused(f"{where}: {parts[0].name} has {total} parts, but part {listed} is missing")
    return tuple(parts)


def _shown(models: dict[str, list[HubFile]]) -> str:
    names = sorted(models)
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return ", ".join(names[:_MOST_SHOWN]) + more
