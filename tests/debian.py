"""Programs from Debian that tests run: the machine's, or unpacked below .cache without installing anything.

`python -m tests.debian` fetches what the machine lacks.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

CACHE = Path(__file__).parents[1] / ".cache" / "debian"
# Each with its package, and packages of libraries, whose names differ between distributions.
PROGRAMS = {"pgbouncer": ("pgbouncer", "libevent-2.1-7", "libevent-2.1-7t64", "libc-ares2", "libc-ares2t64")}
_FOLDERS = ("usr/sbin", "usr/bin", "usr/local/sbin")


def find(program: str) -> Path:
    """The program. Raises `RuntimeError` if there is none."""
    folders = [*(str(root / folder) for root in (Path("/"), CACHE) for folder in _FOLDERS)]
    found = shutil.which(program, path=os.pathsep.join((os.environ.get("PATH", ""), *folders)))
    if found is None:
        raise RuntimeError(f"{program} is missing: run `python -m tests.debian`, or install it")
    return Path(found)


def environment(program: Path) -> dict[str, str]:
    """The environment in which an unpacked program finds its libraries."""
    libraries = [str(folder) for folder in CACHE.glob("usr/lib/*-linux-*")]
    return {**os.environ, "LD_LIBRARY_PATH": os.pathsep.join(libraries)} if CACHE in program.parents else {}


def reachable(program: str, directory: Path) -> tuple[Path, dict[str, str]]:
    """The program and its environment, for a user who may not enter our directories: one that was unpacked is
    copied to `directory`.
    """
    found = find(program)
    if CACHE not in found.parents:
        return found, dict(os.environ)
    copy = directory / "debian"
    shutil.copytree(CACHE / "usr", copy / "usr", symlinks=True)
    libraries = os.pathsep.join(str(folder) for folder in copy.glob("usr/lib/*-linux-*"))
    return copy / found.relative_to(CACHE), {**os.environ, "LD_LIBRARY_PATH": libraries}


def fetch(program: str) -> None:
    """Downloads and unpacks the packages of a program, unless it is there.

    Raises:
        RuntimeError: it could not be fetched, or does not run.
    """
    try:
        find(program)
    except RuntimeError:
        own, *libraries = PROGRAMS[program]
        if not _unpack(own):
            subprocess.run(["apt-get", "update", "--quiet"], check=False, capture_output=True)
            _unpack(own)
        for library in libraries:
            _unpack(library)
    found = find(program)
    subprocess.run([found, "--version"], env=environment(found) or None, check=True, capture_output=True)


def _unpack(package: str) -> bool:
    """Whether there is such a package."""
    with TemporaryDirectory() as folder:
        command = ["apt-get", "download", "--quiet", package]
        if subprocess.run(command, cwd=folder, check=False, capture_output=True).returncode:
            return False
        for file in Path(folder).glob("*.deb"):
            subprocess.run(["dpkg-deb", "--extract", file, CACHE], check=True)
        return True


if __name__ == "__main__":
    CACHE.mkdir(parents=True, exist_ok=True)
    for name in PROGRAMS:
        try:
            fetch(name)
        except (OSError, RuntimeError, subprocess.CalledProcessError) as error:
            sys.exit(f"{name} cannot be fetched ({error}); install it (Debian: apt-get install {name})")
