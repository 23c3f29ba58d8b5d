"""A PostgreSQL server for the tests, on loopback: its own cluster in a directory of its own."""

import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg

_VERSIONS = Path("/usr/lib/postgresql")  # where Debian puts the programs, out of the PATH
_names = count(1)


class Cluster:
    """A running server. Databases are made with `fresh` and vanish with the cluster."""

    def __init__(self, directory: Path, port: int) -> None:
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

    def start(self) -> None:
        """Starts the server, also again after `stop`."""
        options = (
            f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c max_connections=200"
        )
        _run("pg_ctl", "-D", self._directory, "-w", "-o", options, "-l", self._directory / "log", "start")

    def stop(self, mode: str = "immediate") -> None:
        _run("pg_ctl", "-D", self._directory, "-w", "-m", mode, "stop")


@contextmanager
def cluster() -> Iterator[Cluster]:
    """A server on an empty cluster, which is gone afterwards."""
    with TemporaryDirectory(prefix="review-bot-postgres-") as name:
        directory = Path(name)
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(directory, "postgres", "postgres")
        _run(
            "initdb",
            "-D",
            directory,
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
        )
        running = Cluster(directory, _free_port())
        running.start()
        try:
            yield running
        finally:
            running.stop()


def _run(program: str, *arguments: object) -> None:
    command = [_program(program), *map(str, arguments)]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", *command]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")


def _program(name: str) -> str:
    """Debian keeps these out of the PATH, one directory a version; the newest is taken."""
    found = sorted(_VERSIONS.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]), reverse=True)
    program = str(found[0]) if found else shutil.which(name)
    if program is None:
        raise RuntimeError(f"{name} is missing: install PostgreSQL (Debian: apt-get install postgresql)")
    return program


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
