"""A history set: changes between consecutive releases of packages, to see what rules say about ordinary code.

`python -m tests.evaluation.history --out DIR` fetches the packages of `history.toml` with the ordinary
clients (`npm pack`, `pip download`, `go mod download`, `mvn dependency:get`, `cargo fetch`), without building
or running anything of them. The difference of two releases is too large for a pull request; it is split into
changes of related files (a file with its test, then files of one folder) of at most as many changed lines as
a commit has. `DIR/changes.jsonl` holds them in the format of datasets, without golden comments. Nothing that
is fetched becomes a part of this repository.
"""

import argparse
import functools
import hashlib
import itertools
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from bot.core.evaluation.dataset import Case

PACKAGES = Path(__file__).parent / "history.toml"

LEAST, MOST = 5, 400
"""The fewest and the most changed lines of a change."""

SIZES = (20, 40, 80, 120, 200, 400)
"""Limits of changed lines; each change takes one, so that sizes vary as those of commits do."""

SOURCES = (
    *(".py", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".tsx", ".vue", ".svelte", ".go", ".rs", ".java", ".kt"),
    *(".scala", ".c", ".h", ".cc", ".cpp", ".hpp", ".cs", ".rb", ".php", ".swift", ".sql", ".sh", ".html"),
    *(".erb", ".yml", ".yaml", ".toml", ".json", ".mod", ".sum", ".txt", ".cfg", ".xml", ".gradle", ".tf"),
)

SKIPPED = re.compile(
    r"(^|/)(dist|build|lib-?es\w*|esm|cjs|umd|node_modules|vendor|_vendor|third_party|bundles?|min|static|locale)/"
    r"|\.min\.|\.bundle\.|\.umd\.|\.global\.|-lock\.|\.lock$|\.dist-info/|\.map$|\.d\.c?ts$|\.pb\."
    r"|(^|/)(CHANGELOG|HISTORY)",
    re.IGNORECASE,
)

LONGEST = 2000
"""Longer lines are not written by people."""

UNPACKED = 4
"""A release that lacks so many test files has only stopped packing them; no commit deletes them."""

LARGEST = 300_000
"""Larger files in bytes are not written by people."""


@dataclass(frozen=True)
class Package:
    registry: str
    name: str
    versions: tuple[str, ...] = ()


@dataclass
class Section:
    """The part of a diff that changes one file."""

    path: str
    text: str
    lines: int = field(init=False)

    def __post_init__(self) -> None:
        self.lines = len(re.findall(r"^[+-](?![+-]{2} )", self.text, re.MULTILINE))

    @property
    def topic(self) -> str:
        """The same for a file and its test."""
        stem = PurePosixPath(self.path).name.split(".")[0].lower()
        return re.sub(r"^test_|_test$|_spec$|tests?$|spec$", "", stem) or stem

    @property
    def longest(self) -> int:
        return max(map(len, self.text.split("\n")))

    @property
    def is_deleted_test(self) -> bool:
        named = re.search(r"tests?[/_.]|_test|spec", self.path)
        return "\ndeleted file mode " in self.text and named is not None

    @property
    def folder(self) -> str:
        return str(PurePosixPath(self.path).parent)


def packages(path: Path = PACKAGES) -> tuple[list[Package], int]:
    """The packages, taken in turn from each registry, and how many releases are fetched of one."""
    read = tomllib.loads(path.read_text(encoding="utf-8"))
    latest = read.pop("latest")
    lists = [[_package(registry, entry) for entry in entries] for registry, entries in read.items()]
    mixed = itertools.chain.from_iterable(itertools.zip_longest(*lists))
    return [package for package in mixed if package], latest


def _package(registry: str, entry: str) -> Package:
    if ":" in entry:
        name, _, versions = entry.rpartition(":")
        return Package(registry, name, tuple(versions.split(",")))
    return Package(registry, entry)


class Fetcher:
    """Fetches releases into a folder, and keeps them there."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache.absolute()
        self._cache.mkdir(parents=True, exist_ok=True)

    def versions(self, package: Package, latest: int) -> list[str]:
        """The releases to compare, the oldest first."""
        if package.versions:
            return list(package.versions)
        kept = self._cache / "versions" / f"{package.registry}-{_flat(package.name)}.json"
        if not kept.exists():
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(json.dumps(self._listed(package)), encoding="utf-8")
        released: list[str] = json.loads(kept.read_text(encoding="utf-8"))
        final = [version for version in released if re.fullmatch(r"v?\d+(\.\d+)*", version)]
        return sorted(final, key=_order)[-latest:]

    def _listed(self, package: Package) -> list[str]:
        name = package.name
        match package.registry:
            case "npm":
                text = _output("npm", "view", name, "versions", "--json")
                found = json.loads(text or "[]")
                return found if isinstance(found, list) else [found]
            case "pypi":
                text = _output(sys.executable, "-m", "pip", "index", "versions", name)
                line = re.search(r"Available versions: (.*)", text)
                return line[1].split(", ") if line else []
            case "go":
                text = _output("go", "list", "-m", "-versions", name, env=self._go())
                return text.split()[1:]
        return []

    def tree(self, package: Package, version: str) -> Path | None:
        """The folder with the release's files; None if it is not to be had."""
        folder = self._cache / package.registry / _flat(f"{package.name}@{version}")
        if not folder.exists():
            folder.parent.mkdir(exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self._cache) as name:
                unpacked = Path(name) / "tree"
                unpacked.mkdir()
                try:
                    archive = self._archive(package, version, Path(name))
                    if archive is not None:
                        unpack(archive, unpacked)
                except (OSError, tarfile.TarError, zipfile.BadZipFile, subprocess.TimeoutExpired):
                    shutil.rmtree(unpacked)
                    unpacked.mkdir()
                unpacked.rename(folder)
        return folder if any(folder.iterdir()) else None

    def _archive(self, package: Package, version: str, folder: Path) -> Path | None:
        name = package.name
        match package.registry:
            case "npm":
                _output("npm", "pack", "--silent", "--ignore-scripts", f"{name}@{version}", cwd=folder)
                found = folder.glob("*.tgz")
            case "pypi":
                wheel = ("--no-deps", "--only-binary", ":all:", "--python-version", "3.12")
                _output(
                    sys.executable, "-m", "pip", "download", "-q", *wheel, f"{name}=={version}", cwd=folder
                )
                found = folder.glob("*.whl")
            case "go":
                text = _output(
                    "go", "mod", "download", "-json", f"{name}@{version}", env=self._go(), cwd=folder
                )
                zipped = json.loads(text or "{}").get("Zip")
                return Path(zipped) if zipped else None
            case "maven":
                store = self._cache / "m2"
                artifact = f"-Dartifact={name}:{version}:jar:sources"
                settings = ("-Dtransitive=false", f"-Dmaven.repo.local={store}")
                _output("mvn", "-q", "-B", "dependency:get", artifact, *settings, cwd=folder)
                group, _, short = name.partition(":")
                found = (store / group.replace(".", "/") / short / version).glob("*-sources.jar")
            case _:
                return self._crate(name, version, folder)
        return next(iter(found), None)

    def _crate(self, name: str, version: str, folder: Path) -> Path | None:
        """A manifest that needs exactly this release lets `cargo fetch` bring it."""
        (folder / "src").mkdir()
        (folder / "src" / "lib.rs").touch()
        head = (
            '[package]\nname = "fetched"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n[dependencies]\n'
        )
        needed = f'"{name}" = {{ version = "={version}", default-features = false }}\n'
        (folder / "Cargo.toml").write_text(head + needed, encoding="utf-8")
        home = self._cache / "cargo"
        _output("cargo", "fetch", "--quiet", cwd=folder, env={"CARGO_HOME": str(home)})
        return next(iter(home.glob(f"registry/cache/*/{name}-{version}.crate")), None)

    def _go(self) -> dict[str, str]:
        return {
            "GOMODCACHE": str(self._cache / "gomod"),
            "GOFLAGS": "-mod=mod -modcacherw",
            "GOTOOLCHAIN": "local",
        }


def _flat(name: str) -> str:
    return re.sub(r"[^\w.@-]", "_", name)


def _order(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version))


def _output(*command: str, cwd: Path | None = None, env: dict[str, str] | None = None) -> str:
    """What a command prints; empty if it fails."""
    done = subprocess.run(
        command,
        cwd=cwd or Path(tempfile.gettempdir()),
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    return done.stdout if done.returncode == 0 else ""


def unpack(archive: Path, folder: Path) -> None:
    """Writes the source files of an archive below the folder: regular files whose names stay there."""
    if archive.suffix in (".whl", ".jar", ".zip"):
        with zipfile.ZipFile(archive) as opened:
            for info in opened.infolist():
                if not info.is_dir() and info.file_size < LARGEST:
                    content = functools.partial(opened.read, info)
                    _write(folder, info.filename, content, archive.suffix == ".zip")
        return
    with tarfile.open(archive) as opened_tar:
        for member in opened_tar:
            if member.isfile() and member.size < LARGEST:
                file = opened_tar.extractfile(member)
                assert file is not None
                _write(folder, member.name, file.read, True)


def _write(folder: Path, name: str, content: Callable[[], bytes], has_top: bool) -> None:
    if has_top:
        name = name.partition("@v")[2].partition("/")[2] if "@v" in name else name.partition("/")[2]
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or not wanted(name):
        return
    target = folder / path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content())


def wanted(name: str) -> bool:
    """Whether people write such a file."""
    return bool(name) and PurePosixPath(name).suffix.lower() in SOURCES and not SKIPPED.search(name)


def sections(old: Path, new: Path) -> list[Section]:
    """The differences of two trees, by file, as git shows them."""
    with tempfile.TemporaryDirectory() as store:
        trees: list[str] = []
        for tree in (old, new):
            git = (
                "git",
                f"--git-dir={store}",
                f"--work-tree={tree}",
                "-c",
                "core.bare=false",
                "-c",
                "core.autocrlf=false",
            )
            if not trees:
                _output("git", "init", "-q", "--bare", store)
            _output(*git, "add", "-A", "-f", ".", cwd=tree)
            trees.append(_output(*git, "write-tree", cwd=tree).strip())
        if not all(trees):
            return []
        done = subprocess.run(
            ["git", f"--git-dir={store}", "diff", "-M", "--no-color", *trees],
            capture_output=True,
            check=False,
        )
    text = done.stdout.decode("utf-8", errors="replace")
    parts = re.split(r"^(?=diff --git )", text, flags=re.MULTILINE)[1:]
    named = ((re.match(r"diff --git a/.* b/(.*)", part), part) for part in parts)
    found = [Section(match[1], part) for match, part in named if match and "\n@@ " in part]
    written = [section for section in found if section.lines <= MOST and section.longest < LONGEST]
    unpacked = [section for section in written if section.is_deleted_test]
    return [section for section in written if len(unpacked) < UNPACKED or not section.is_deleted_test]


def changes(parts: Iterable[Section], seed: str) -> Iterator[list[Section]]:
    """Related files, together as many lines as a commit has."""
    whole = sorted(parts, key=lambda part: (part.topic, part.path))
    topics = [list(group) for _, group in itertools.groupby(whole, key=lambda part: part.topic)]
    topics.sort(key=lambda group: (group[0].folder, group[0].path))
    held: list[Section] = []
    limit = _limit(seed, 0)
    for number, topic in enumerate(topics, 1):
        size = sum(part.lines for part in [*held, *topic])
        apart = (
            held and topic and held[0].folder != topic[0].folder and sum(part.lines for part in held) >= LEAST
        )
        if held and (size > limit or apart):
            yield held
            held, limit = [], _limit(seed, number)
        held = [*held, *topic]
    if held:
        yield held


def _limit(seed: str, number: int) -> int:
    return SIZES[hashlib.sha256(f"{seed}/{number}".encode()).digest()[0] % len(SIZES)]


def cases(package: Package, old: str, new: str, parts: list[Section]) -> Iterator[Case]:
    name = f"{package.registry}/{package.name}@{old}..{new}"
    for number, change in enumerate(changes(parts, name), 1):
        lines = sum(part.lines for part in change)
        if LEAST <= lines <= MOST:
            diff = "".join(part.text if part.text.endswith("\n") else part.text + "\n" for part in change)
            yield Case(
                id=f"{name}#{number}",
                title=f"{package.name} {new}, part {number}",
                source=package.registry,
                diff=diff,
            )


def history(fetcher: Fetcher, listed: Iterable[Package], latest: int) -> Iterator[Case]:
    for package in listed:
        try:
            versions = fetcher.versions(package, latest)
        except (subprocess.TimeoutExpired, ValueError):
            continue
        for old, new in itertools.pairwise(versions):
            trees = fetcher.tree(package, old), fetcher.tree(package, new)
            if trees[0] and trees[1]:
                yield from cases(package, old, new, sections(trees[0], trees[1]))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, required=True, help="the folder for changes.jsonl")
    parser.add_argument("--cache", type=Path, help="keeps what was fetched (default: OUT/cache)")
    parser.add_argument("--most", type=int, default=3000, help="stop at so many changes")
    parser.add_argument("--packages", type=Path, default=PACKAGES)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    fetcher = Fetcher(options.cache or options.out / "cache")
    listed, latest = packages(options.packages)
    count = 0
    with (options.out / "changes.jsonl").open("w", encoding="utf-8") as file:
        for case in itertools.islice(history(fetcher, listed, latest), options.most):
            file.write(case.model_dump_json(exclude_defaults=True) + "\n")
            count += 1
    print(f"{count} changes in {options.out / 'changes.jsonl'}")  # noqa: T201


if __name__ == "__main__":
    main()
