"""Nothing at run time reaches for the network but to GitHub and the configured model.

The server and the model's own process run with every other door shut, and each try is written down by the
interpreter itself (`denial/sitecustomize.py`). Native code is seen by the sockets that it holds.
"""

import asyncio
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.gguf_models import make_model
from tests.stories.diffs import LOOP
from tests.stories.stage import Stage

DENIAL = Path(__file__).parent / "denial" / "sitecustomize.py"
CHILD = "bot.models.llama.child"
IN_A_CHILD = """
import subprocess, sys
code = "import socket; socket.create_connection(('192.0.2.1', 80), 1)"
subprocess.run([sys.executable, "-P", "-c", code], env={}, check=True)
"""


@dataclass(frozen=True)
class Denial:
    """A directory to be put on PYTHONPATH, and what it wrote down."""

    directory: Path

    @property
    def tried(self) -> list[str]:
        log = self.directory / "tried"
        return log.read_text(encoding="utf-8").splitlines() if log.exists() else []

    @property
    def watched(self) -> dict[int, str]:
        """Processes with what they ran."""
        lines = (self.directory / "tried.started").read_text(encoding="utf-8").splitlines()
        return {int(pid): words for pid, words in (line.split(" ", 1) for line in lines)}

    def pid(self, module: str) -> int:
        return next(pid for pid, words in self.watched.items() if module in words)


def deny(directory: Path, *urls: str) -> Denial:
    """All doors are shut but those of `urls`."""
    directory.mkdir()
    shutil.copy(DENIAL, directory)
    ports = ",".join(str(urlsplit(url).port) for url in urls)
    (directory / "settings").write_text(f"{ports}\n{directory / 'tried'}\n", encoding="utf-8")
    return Denial(directory)


async def test_a_review_by_a_server_asks_github_and_that_server_only(
    unset_stage: Stage, tmp_path: Path
) -> None:
    stage = unset_stage
    denial = deny(tmp_path / "denial", stage.simulator.url, stage.model.url)
    stage.server.settings = {**stage.server.settings, "PYTHONPATH": str(denial.directory)}
    await stage.start()
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    await stage.server.stop()

    assert stage.model.asked
    assert [words for words in denial.watched.values() if "bot.cli serve" in words]
    assert denial.tried == []


async def test_a_review_by_a_local_model_asks_github_only(unset_stage: Stage, tmp_path: Path) -> None:
    stage = unset_stage
    model = make_model(tmp_path / "tiny.gguf", context=49_152, favourite='"')
    denial = deny(tmp_path / "denial", stage.simulator.url)
    stage.server.settings = {
        **{name: value for name, value in stage.server.settings.items() if "OPENAI" not in name},
        "LLAMA_MODEL": str(model),
        "CONTROL_QUESTIONS": "false",
        "LLAMA_CONTEXT": "49152",
        "LLAMA_ANSWER": "8000",
        "PRIVATE_LOCAL_ONLY": "true",
        "HF_HUB_OFFLINE": "1",
        "PYTHONPATH": str(denial.directory),
    }
    await stage.start()
    number = await stage.open(LOOP, private=True)
    summary = await stage.reviewed(number)
    held = addresses(denial.pid(CHILD))
    await stage.server.stop()

    assert "Model: `tiny`" in summary
    assert held == []
    assert stage.model.asked == []
    assert denial.tried == []


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="sockets are listed by Linux only")
async def test_a_socket_that_a_process_holds_is_seen() -> None:
    """So that an empty list means something."""
    listening = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with listening:
        port = listening.sockets[0].getsockname()[1]

        assert f"{port:04X}" in {place.rpartition(":")[2] for place in addresses(os.getpid())}


@pytest.mark.parametrize(
    "attempt",
    [
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
        "import urllib.request; urllib.request.urlopen('https://huggingface.co')",
        "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 53))",
        "import httpx2; httpx2.get('http://127.0.0.1:9')",
        "import asyncio; asyncio.run(asyncio.open_connection('example.com', 80))",
        IN_A_CHILD,
    ],
)
def test_a_try_is_denied_and_written_down(tmp_path: Path, attempt: str) -> None:
    denial = deny(tmp_path / "denial", "http://127.0.0.1:7")
    words = [sys.executable, "-c", attempt]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(denial.directory)}
    ended = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)

    assert ended.returncode != 0
    assert "the network is denied" in ended.stderr
    assert len(denial.tried) >= 1


def addresses(pid: int) -> list[str]:
    """The internet sockets that a process holds, by their own addresses as Linux shows them."""
    held = {str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir() if link.is_symlink()}
    found = []
    for table in ("tcp", "tcp6", "udp", "udp6"):
        path = Path(f"/proc/{pid}/net/{table}")
        lines = path.read_text(encoding="ascii").splitlines()[1:] if path.exists() else []
        fields = [re.split(r"\s+", line.strip()) for line in lines]
        found += [field[1] for field in fields if f"socket:[{field[9]}]" in held]
    return found
