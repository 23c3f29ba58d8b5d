"""Fetches the archive of a version with the registry's own client, as the machine has it configured."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bot.core.errors import Refused
from tests.evaluation.registry.entries import Ecosystem

SECONDS = 300
MAVEN_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"


class Archive(NamedTuple):
    """An archive as published. `has_root`: its paths begin with a folder that is no part of the package."""

    name: str
    data: bytes
    has_root: bool


_COLOR = re.compile(r"\x1b\[[0-9;]*m")

Fetch = Callable[[Ecosystem, str, str], Archive]


def fetcher(cache: Path) -> Fetch:
    """Fetches versions that the cache lacks."""

    def fetch(ecosystem: Ecosystem, package: str, version: str) -> Archive:
        folder = cache / ecosystem / f"{re.sub(r'[^A-Za-z0-9._-]', '_', package)}@{version}"
        if not _only_file(folder):
            _fill(folder, ecosystem, package, version)
        file = _only_file(folder)
        if file is None:
            raise Refused(f"the {ecosystem} client delivered no archive of {package} {version}")
        return Archive(
            file.name, file.read_bytes(), ecosystem in {"npm", "crates"} or file.name.endswith(".tar.gz")
        )

    return fetch


def _fill(folder: Path, ecosystem: Ecosystem, package: str, version: str) -> None:
    """Fetches into a temporary folder first, so that the cache contains only complete archives."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as name:
        temporary = Path(name)
        _CLIENTS[ecosystem](package, version, temporary)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        for file in temporary.iterdir():
            file.rename(folder / file.name)


def _only_file(folder: Path) -> Path | None:
    files = [file for file in folder.iterdir() if file.is_file()] if folder.is_dir() else []
    return files[0] if len(files) == 1 else None


def _pip(package: str, version: str, into: Path) -> None:
    """A wheel: the metadata of a source archive would be built, that is, code of the package would run."""
    options = ("--no-deps", "--only-binary", ":all:", "--ignore-requires-python", "--quiet")
    _call(
        (sys.executable, "-m", "pip", "download", *options, "--dest", str(into), f"{package}=={version}"),
        into,
    )


def _npm(package: str, version: str, into: Path) -> None:
    _call(("npm", "pack", "--loglevel=error", "--ignore-scripts", f"{package}@{version}"), into)


def _cargo(package: str, version: str, into: Path) -> None:
    """Cargo's own cache receives the crate alone, or with its dependencies if the version was yanked."""
    try:
        _call(("cargo", "info", "--quiet", f"{package}@{version}"), into)
    except Refused:
        with tempfile.TemporaryDirectory() as name:
            _fetch_yanked(package, version, Path(name))
    home = Path(os.environ.get("CARGO_HOME") or Path.home() / ".cargo")
    for crate in (home / "registry/cache").glob(f"*/{package}-{version}.crate"):
        shutil.copy(crate, into)
        return


def _fetch_yanked(package: str, version: str, folder: Path) -> None:
    """Cargo takes a yanked version only from a lock file: that of the newest version, with another number."""
    (folder / "lib.rs").touch()
    _depend(package, "*", folder)
    _call(("cargo", "generate-lockfile", "--quiet"), folder)
    lock = folder / "Cargo.lock"
    entry = re.compile(
        rf'(name = "{re.escape(package)}"\nversion = )".*?"(\nsource = ".*?")\nchecksum = ".*?"'
    )
    text = entry.sub(rf'\g<1>"{version}"\g<2>', lock.read_text(encoding="utf-8"))
    lock.write_text(text, encoding="utf-8")
    _depend(package, f"={version}", folder)
    _call(("cargo", "fetch", "--quiet"), folder)


def _depend(package: str, version: str, folder: Path) -> None:
    """Writes the manifest of a library that has one dependency."""
    (folder / "Cargo.toml").write_text(
        '[package]\nname = "one-dependency"\nversion = "0.0.0"\nedition = "2021"\n[lib]\npath = "lib.rs"\n'
        f'[dependencies]\n{package} = {{ version = "{version}", default-features = false }}\n',
        encoding="utf-8",
    )


def _maven(package: str, version: str, into: Path) -> None:
    artifact = f"-Dartifact={package}:{version}:jar:sources"
    options = ("--batch-mode", "--quiet", MAVEN_COPY, artifact, f"-DoutputDirectory={into}")
    _call(("mvn", *options), into)


_CLIENTS: Mapping[Ecosystem, Callable[[str, str, Path], None]] = {
    "pypi": _pip,
    "npm": _npm,
    "crates": _cargo,
    "maven": _maven,
}


def _call(command: Sequence[str], folder: Path) -> None:
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False
        )
    except FileNotFoundError:
        raise Refused(f"{command[0]} is not installed") from None
    except subprocess.TimeoutExpired:
        raise Refused(f"{command[0]} did not end within {SECONDS} seconds") from None
    if done.returncode:
        raise Refused(f"{Path(command[0]).name} failed: {_said(done.stderr) or _said(done.stdout)}")


def _said(text: str) -> str:
    """The first two lines about an error, or else the last two lines."""
    lines = [line.strip() for line in _COLOR.sub("", text).splitlines() if line.strip()]
    return " / ".join([line for line in lines if "error" in line.lower()][:2] or lines[-2:])
