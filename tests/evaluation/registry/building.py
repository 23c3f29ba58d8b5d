"""Makes a case of an entry: the diff of the two versions, the texts of the new one, and the golden lines."""

import subprocess
import tempfile
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import NamedTuple

from bot.core.errors import Refused
from bot.core.evaluation.dataset import Case, Golden, Needs
from bot.core.review import Side
from tests.evaluation.registry.entries import Entry, Place
from tests.evaluation.registry.fetching import Fetch
from tests.evaluation.registry.unpacking import read_archive

Texts = Mapping[str, str]


class Built(NamedTuple):
    """A case, the number of its changed lines, and remarks about places that are not on changed lines."""

    case: Case
    changed: int
    remarks: tuple[str, ...] = ()


class _Line(NamedTuple):
    path: str
    side: Side
    number: int


def build(entry: Entry, fetch: Fetch) -> Built:
    """The case of an entry. Raises `Refused`, which names the entry."""
    try:
        before, after = (_texts(entry, version, fetch) for version in (entry.before, entry.after))
        return build_from(entry, before, after)
    except Refused as error:
        raise Refused(f"{entry.name}: {error}") from None


def build_from(entry: Entry, before: Texts, after: Texts) -> Built:
    """The case of an entry whose files are known. Raises `Refused`."""
    for pattern in entry.paths:
        if not any(_fits(path, pattern) for path in (*before, *after)):
            raise Refused(f"no file fits {pattern!r}")
    diff = make_diff(before, after)
    if not diff:
        raise Refused("the versions do not differ in these files")
    shown = shown_lines(diff)
    golden = tuple(_golden(place, before, after) for place in entry.golden)
    remarks = tuple(remark for place in golden for remark in _check(place, shown))
    case = Case(
        id=entry.name,
        title=entry.title,
        body=entry.body,
        language=entry.language,
        source=f"{entry.package} {entry.before} to {entry.after}: {entry.source}",
        diff=diff,
        texts={path: text for path, text in after.items() if before.get(path) != text},
        golden=golden,
    )
    return Built(case, sum(shown.values()), remarks)


def _texts(entry: Entry, version: str, fetch: Fetch) -> dict[str, str]:
    def wanted(path: str) -> bool:
        return any(_fits(path, pattern) for pattern in entry.paths)

    files = _files(entry, version, fetch, wanted)
    return {path: _text(data, path) for path, data in sorted(files.items())}


def _files(entry: Entry, version: str, fetch: Fetch, wanted: Callable[[str], bool]) -> Mapping[str, bytes]:
    archive = fetch(entry.ecosystem, entry.package, version)
    return read_archive(archive.data, archive.name, wanted, has_root=archive.has_root)


def write_head(entry: Entry, fetch: Fetch, folder: Path) -> None:
    """Writes all files of the new version into `folder`. Raises `Refused`."""
    for path, data in _files(entry, entry.after, fetch, lambda _: True).items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def _fits(path: str, pattern: str) -> bool:
    return path == pattern or fnmatchcase(path, pattern)


def _text(data: bytes, path: str) -> str:
    try:
        return data.decode("utf-8").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise Refused(f"{path} is not text in UTF-8") from None


def make_diff(before: Texts, after: Texts) -> str:
    """What git prints for the change."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        _git(folder, "init", "--quiet")
        trees = [_tree(folder, texts) for texts in (before, after)]
        return _git(folder, "diff", "--no-color", "--no-ext-diff", "--no-renames", *trees)


def _tree(folder: Path, texts: Texts) -> str:
    """Stores the files, and nothing else, as a tree."""
    _git(folder, "rm", "-r", "-f", "--quiet", "--ignore-unmatch", ".")
    for path, text in texts.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="")
    if texts:
        _git(folder, "add", "--force", "--all", ".")
    return _git(folder, "write-tree").strip()


def _git(folder: Path, *arguments: str) -> str:
    settings = (
        "core.autocrlf=false",
        "core.quotePath=false",
        "core.attributesFile=/dev/null",
        "diff.algorithm=myers",
    )
    options = [part for setting in settings for part in ("-c", setting)]
    done = subprocess.run(["git", *options, *arguments], cwd=folder, capture_output=True, check=False)
    if done.returncode:
        raise Refused(f"git {arguments[0]} failed: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout.decode("utf-8")


def shown_lines(diff: str) -> dict[_Line, bool]:
    """The lines that a diff of git shows, each with whether it is changed. Context counts on both sides."""
    lines: dict[_Line, bool] = {}
    path, old, new, old_left, new_left = "", 0, 0, 0, 0
    for line in diff.split("\n"):
        if not old_left and not new_left:
            if line.startswith(("--- a/", "+++ b/")):
                path = line[6:].rstrip("\t")
            elif line.startswith("@@ "):
                (old, old_left), (new, new_left) = (_range(part) for part in line.split(" ")[1:3])
            continue
        mark = line[:1]
        if mark == "\\":
            continue
        if mark != "+":
            lines[_Line(path, Side.LEFT, old)] = mark == "-"
            old, old_left = old + 1, old_left - 1
        if mark != "-":
            lines[_Line(path, Side.RIGHT, new)] = mark == "+"
            new, new_left = new + 1, new_left - 1
    return lines


def _range(text: str) -> tuple[int, int]:
    start, _, length = text[1:].partition(",")
    return int(start), int(length or 1)


def _golden(place: Place, before: Texts, after: Texts) -> Golden:
    texts = before if place.side is Side.LEFT else after
    if place.path not in texts:
        raise Refused(f"{place.path} is not in the {_version(place)} version")
    line, end = _place(place, texts[place.path].split("\n"))
    return Golden(
        text=place.text,
        path=place.path,
        line=line,
        end=end if end != line else None,
        side=place.side,
        severity=place.severity,
        category=place.category,
        terms=place.terms,
        needs=place.needs,
    )


def _place(place: Place, lines: list[str]) -> tuple[int, int]:
    where = f"{place.path} of the {_version(place)} version"
    if place.line is not None:
        end = place.end or place.line
        if end > len(lines):
            raise Refused(f"{where} ends before line {end}")
        return place.line, end
    found = _lines_with(place.at, lines, where)
    if len(found) > 1:
        raise Refused(f"{place.at!r} is in lines {', '.join(map(str, found[:9]))} of {where}")
    first = found[0]
    if not place.to:
        return first, first
    return first, first - 1 + _lines_with(place.to, lines[first - 1 :], f"{where}, after {place.at!r},")[0]


def _lines_with(text: str, lines: list[str], where: str) -> list[int]:
    """The numbers of the lines with a text, from 1."""
    found = [number for number, line in enumerate(lines, 1) if text in line]
    if not found:
        raise Refused(f"no line of {where} contains {text!r}")
    return found


def _version(place: Place) -> str:
    return "old" if place.side is Side.LEFT else "new"


def _check(golden: Golden, shown: Mapping[_Line, bool]) -> list[str]:
    """Refuses places that the diff does not show, and says which ones are unchanged."""
    path, first = golden.path or "", golden.line or 0
    place = [_Line(path, golden.side, number) for number in range(first, (golden.end or first) + 1)]
    where = f"{path}:{first} ({golden.side})"
    if not all(line in shown for line in place):
        raise Refused(f"the diff does not show {where}")
    if any(shown[line] for line in place):
        return []
    if golden.needs is Needs.DIFF:
        raise Refused(f"{where} is not changed, but its defect needs only the diff")
    return [f"{where} is a line of context"]
