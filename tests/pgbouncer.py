"""PgBouncer in transaction mode, in front of a server of the tests."""

import os
import pwd
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from tests import debian
from tests.postgres import Cluster

_SETTINGS = """\
[databases]
* = host=127.0.0.1 port={server} user=postgres
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = {size}
max_client_conn = 500
logfile = {directory}/log
"""


@contextmanager
def pooler(server: Cluster, size: int = 4) -> Iterator[int]:
    """Runs PgBouncer with `size` sessions for each database; yields its port.

    Raises:
        RuntimeError: the program is missing.
    """
    with TemporaryDirectory(prefix="review-bot-pgbouncer-") as name:
        directory, port = Path(name), _free_port()
        program, environment = debian.reachable("pgbouncer", directory)
        settings = directory / "settings.ini"
        settings.write_text(_SETTINGS.format(server=server.port, port=port, size=size, directory=directory))
        process = subprocess.Popen(
            [*_as_other_user(directory), str(program), "-q", str(settings)],
            cwd="/",
            env=environment,
        )
        try:
            _wait_for(port)
            yield port
        finally:
            process.kill()
            process.wait()


def _as_other_user(directory: Path) -> list[str]:
    """PgBouncer refuses to run as root."""
    if os.geteuid() != 0:
        return []
    user = pwd.getpwnam("nobody")
    shutil.chown(directory, user.pw_uid, user.pw_gid)
    return ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]


def _wait_for(port: int) -> None:
    for _ in range(200):
        try:
            socket.create_connection(("127.0.0.1", port)).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("pgbouncer does not listen")


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
