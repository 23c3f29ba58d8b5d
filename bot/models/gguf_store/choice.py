"""Which files of a repository make the model: one quantisation, all of its parts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from bot.core.errors import Refused

# The first of them that there is. Four bits lose little and fit most machines; below them, much is lost.
PREFERRED = ("Q4_K_M", "Q4_K_L", "Q4_K_S", "Q5_K_M", "Q5_K_S", "IQ4_XS", "IQ4_NL", "Q4_0", "Q6_K", "Q8_0")
LAST_RESORTS = ("Q3_K_L", "Q3_K_M", "MXFP4", "BF16", "F16")

_PART = re.compile(r"-(\d{5})-of-(\d{5})(?=\.gguf$)", re.IGNORECASE)
_QUANTISATION = re.compile(
    r"(?:^|[-._])((?:UD-)?I?Q\d(?:_[A-Z0-9]+)*|MXFP4|BF16|F16|F32)(?=$|[-._])", re.IGNORECASE
)
# Projectors of pictures and matrices for quantising: GGUF files that are no language model.
_NO_MODEL = re.compile(r"(?:^|/)(?:mmproj|imatrix)|imatrix\.gguf$", re.IGNORECASE)
_MOST_SHOWN = 12


@dataclass(frozen=True)
class ListedFile:
    """A file as a repository lists it. `size` is in bytes; `sha256` is None where nothing tells it."""

    path: str
    size: int | None = None
    sha256: str | None = None

    @property
    def name(self) -> str:
        return self.path.rsplit("/", 1)[-1]


def choose(files: Sequence[ListedFile], pattern: str | None, where: str) -> tuple[ListedFile, ...]:
    """The parts of one model, in order. `pattern` is a file's path or name, a pattern with `*`, or a
    quantisation (`Q5_K_M`).

    Raises `Refused`: nothing fits, several models do, or a part is missing.
    """
    models = _models([file for file in files if file.name.lower().endswith(".gguf")])
    if not models:
        raise Refused(f"{where} holds no GGUF file; look for a repository whose name ends in GGUF")
    found = {stem: parts for stem, parts in models.items() if _fits(stem, parts, pattern)}
    if not found:
        raise Refused(f"{where} holds no file {pattern}; there are {_shown(models)}")
    return _whole(_best(found, where), where)


def stem(file: str) -> str:
    """The file's name without directory, part and ending."""
    name = _PART.sub("", file.rsplit("/", 1)[-1])
    return name[: -len(".gguf")] if name.lower().endswith(".gguf") else name


def quantisation(file: str) -> str | None:
    """As a file's name tells it: Q4_K_M."""
    found = _QUANTISATION.findall(stem(file))
    return found[-1].upper() if found else None


def _models(files: Sequence[ListedFile]) -> dict[str, list[ListedFile]]:
    """By path without part and ending."""
    models: dict[str, list[ListedFile]] = {}
    for file in sorted(files, key=lambda file: file.path):
        models.setdefault(_PART.sub("", file.path), []).append(file)
    return models


def _fits(path: str, parts: Sequence[ListedFile], pattern: str | None) -> bool:
    if pattern is None:
        return not _NO_MODEL.search(path)
    wanted = pattern.lower()
    if quantisation(path) == pattern.upper():
        return not _NO_MODEL.search(path)
    names = {path, path.rsplit("/", 1)[-1], *(part.path for part in parts), *(part.name for part in parts)}
    return any(fnmatchcase(name.lower(), form) for name in names for form in (wanted, f"{wanted}.gguf"))


def _best(found: dict[str, list[ListedFile]], where: str) -> list[ListedFile]:
    if len(found) == 1:
        return next(iter(found.values()))
    for wanted in PREFERRED + LAST_RESORTS:
        alike = [path for path in found if quantisation(path) == wanted]
        if len(alike) == 1:
            return found[alike[0]]
        if alike:
            break
    raise Refused(f"{where} holds several models; choose one by --file: {_shown(found)}")


def _whole(parts: list[ListedFile], where: str) -> tuple[ListedFile, ...]:
    """Some repositories hold a model twice, in one piece and in parts."""
    single = [part for part in parts if not _PART.search(part.path)]
    if single:
        return (single[0],)
    numbers = [found for part in parts if (found := _PART.search(part.path))]
    total = int(numbers[0][2])
    missing = sorted(set(range(1, total + 1)) - {int(number[1]) for number in numbers})
    if missing:
        listed = ", ".join(map(str, missing[:_MOST_SHOWN]))
        raise Refused(f"{where}: of {parts[0].name}, which has {total} parts, part {listed} is missing")
    return tuple(parts)


def _shown(models: dict[str, list[ListedFile]]) -> str:
    names = sorted(models)
    more = f" and {len(names) - _MOST_SHOWN} more" if len(names) > _MOST_SHOWN else ""
    return ", ".join(names[:_MOST_SHOWN]) + more
