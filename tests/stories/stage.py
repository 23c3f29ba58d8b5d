"""A simulated GitHub held to GitHub's description, a scripted model, and the real server between them."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import ClientSession
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from github_simulator import Simulator
from github_simulator.control_requests import NewCommit, OpenPull, Push, Say, SayOnLines, WriteFile
from tests.fork_server import Forked, spawn
from tests.stories.scripted_model import Said, ScriptedModel

SECRET = "It's a Secret to Everybody"
REPOSITORY = "acme/shop"
BOT = "code-review-bot[bot]"
PATIENCE = 60.0  # seconds; generous, for a machine that does other things


@dataclass
class Server:
    """`review-bot serve` in a process of its own; `words` are further words of its command line."""

    settings: Mapping[str, str]
    words: Sequence[str] = ()
    log: list[dict[str, Any]] = field(default_factory=list)
    port: int = 0
    _process: Forked | asyncio.subprocess.Process | None = None
    _reading: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Returns when the server listens."""
        words = ["serve", *self.words]
        if "PYTHONPATH" in self.environment:  # an interpreter heeds it when it starts
            command = [sys.executable, "-m", "bot.cli", *words]
            pipe = asyncio.subprocess.PIPE
            self._process = await asyncio.create_subprocess_exec(*command, env=self.environment, stderr=pipe)
        else:
            self._process = await spawn(words, self.environment)
        listening: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._reading = asyncio.create_task(self._read(listening))
        self.port = await asyncio.wait_for(listening, PATIENCE)

    async def _read(self, listening: asyncio.Future[int]) -> None:
        assert self._process
        assert self._process.stderr
        async for line in self._process.stderr:
            try:
                entry = json.loads(line)
            except ValueError:
                entry = {"event": line.decode(errors="replace")}
            self.log.append(entry)
            if entry["event"] == "listening" and not listening.done():
                listening.set_result(entry["port"])
        if not listening.done():
            listening.set_exception(RuntimeError(f"the server ended at once: {self.log}"))

    @property
    def environment(self) -> dict[str, str]:
        """Nothing of the tests' own, but where programs are."""
        return {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **self.settings}

    def kill(self) -> None:
        """As the machine would: without a word."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)

    def ask_to_stop(self) -> None:
        """As an operator would, who does not wait for it."""
        if self._process and self._process.returncode is None:
            self._process.send_signal(signal.SIGTERM)

    async def stop(self) -> int:
        """As an operator would. Returns the exit status."""
        self.ask_to_stop()
        return await self.gone()

    async def gone(self) -> int:
        """Returns when the process has ended."""
        assert self._process
        assert self._reading
        status = await asyncio.wait_for(self._process.wait(), PATIENCE)
        await self._reading
        return status

    def memory(self, kind: str) -> float:
        """Megabytes that the process has, by its kind in /proc/PID/smaps_rollup: Rss, Pss."""
        assert self._process
        rollup = Path(f"/proc/{self._process.pid}/smaps_rollup").read_text(encoding="ascii")
        line = next(line for line in rollup.splitlines() if line.startswith(f"{kind}:"))
        return int(line.split()[1]) * 1024 / 1e6

    @property
    def troubles(self) -> list[dict[str, Any]]:
        """What the server logged as an error."""
        return [entry for entry in self.log if entry.get("level") in ("error", "critical")]


@dataclass
class Stage:
    """What a story needs at hand."""

    simulator: Simulator
    model: ScriptedModel
    server: Server

    async def start(self) -> None:
        """Starts the server, and tells GitHub where it listens."""
        await self.server.start()
        self.simulator.hook.url = f"http://127.0.0.1:{self.server.port}/webhooks/github"

    async def open(self, *diffs: str, **order: Any) -> int:
        """Opens a pull request of one commit per diff; returns its number."""
        commits = [NewCommit(message=f"Commit {at}", diff=diff) for at, diff in enumerate(diffs, 1)]
        order = {"repository": REPOSITORY, "title": "Change things", "body": "So it is.", **order}
        return (await self.simulator.open_pull(OpenPull(commits=commits, **order))).pull.number

    async def push(self, number: int, diff: str, *, force: bool = False) -> None:
        await self.simulator.push(REPOSITORY, number, Push(message="Push", diff=diff, force=force))

    async def say(self, number: int, body: str, user: str = "mira", permission: Any = "write") -> int:
        done = await self.simulator.say(REPOSITORY, number, Say(user=user, permission=permission, body=body))
        assert done.comment
        return done.comment.id

    async def say_on_lines(self, number: int, body: str, user: str = "mira", **where: Any) -> int:
        """`where`: `reply_to` a comment of a thread, or `path` and `line`."""
        order = SayOnLines(user=user, permission="write", body=body, **where)
        done = await self.simulator.say_on_lines(REPOSITORY, number, order)
        assert done.comment
        return done.comment.id

    def write(self, path: str, text: str, repository: str = REPOSITORY) -> None:
        """Puts a file on the default branch, before a pull request is opened."""
        self.simulator.write_file(WriteFile(repository=repository, path=path, text=text))

    async def reacted(self, number: int, comment: int, content: str) -> None:
        """Waits until the bot has given a reaction."""
        wanted = {"comment": comment, "user": BOT, "content": content}
        await self.until(lambda: wanted in self.pull(number)["reactions"], f"a reaction: {content}")

    async def delete_own(self, number: int) -> None:
        """A person deletes the bot's comments in the conversation."""
        for comment in self.pull(number)["comments"]:
            if comment["user"] == BOT:
                await self.simulator.delete_comment(REPOSITORY, number, comment["id"])

    def hold_the_first_question(self) -> asyncio.Event:
        """The model answers its first question only when the event is set."""
        held = asyncio.Event()

        async def hold(_: dict[str, Any]) -> Said:
            if len(self.model.asked) == 1:
                await held.wait()
            return None

        self.model.respond = hold
        return held

    def logged(self, event: str) -> list[dict[str, Any]]:
        """The server's lines of log that tell of `event`."""
        return [entry for entry in self.server.log if entry["event"] == event]

    async def get(self, port: int, path: str) -> tuple[int, Any]:
        return await _asked("GET", port, path)

    async def post(self, port: int, path: str) -> tuple[int, Any]:
        return await _asked("POST", port, path)

    def pull(self, number: int) -> dict[str, Any]:
        """The pull request as it stands on GitHub."""
        found: dict[str, Any] = next(
            pull for pull in self.simulator.state()["pulls"] if pull["number"] == number
        )
        return found

    def own(self, number: int) -> list[str]:
        """The bodies of the bot's comments in the conversation."""
        return [comment["body"] for comment in self.pull(number)["comments"] if comment["user"] == BOT]

    def summary(self, number: int) -> str:
        """The one summary comment."""
        [body] = self.own(number)
        return body

    async def until(self, holds: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
        """Waits until something is so, at most `patience` seconds."""
        try:
            async with asyncio.timeout(patience):
                while not holds():  # noqa: ASYNC110 - what is waited for is on the other side of a wire
                    await asyncio.sleep(0.02)
        except TimeoutError:
            state = json.dumps(self.simulator.state(), indent=1)[:6000]
            raise AssertionError(f"never came: {what}\n{state}\n{self.server.log[-20:]}") from None

    async def reviewed(self, number: int) -> str:
        """Waits until the pull request's head has its review; returns the summary."""
        await self.until(lambda: self.is_reviewed(number), "a review of the head")
        return self.summary(number)

    def is_checked(self, number: int) -> bool:
        """Whether the check of the head has come to an end."""
        pull = self.pull(number)
        checks = [check for check in pull["checks"] if check["head"] == pull["head"]]
        return any(check["status"] == "completed" for check in checks)

    def is_reviewed(self, number: int) -> bool:
        pull = self.pull(number)
        return (
            self.is_checked(number)
            and len(self.own(number)) == 1
            and f"## Review of [`{pull['head'][:7]}`]" in self.summary(number)
        )


def settings(simulator: Simulator, model: ScriptedModel | None, key: str, directory: Path) -> dict[str, str]:
    """The environment of a server for this stage; everything it keeps is below `directory`."""
    return {
        "GITHUB_API_URL": simulator.url,
        "GITHUB_APP_ID": "1",
        "GITHUB_PRIVATE_KEY": key,
        "GITHUB_WEBHOOK_SECRET": SECRET,
        "DATABASE_URL": f"sqlite:///{directory / 'bot.db'}",
        "CACHE_DIR": os.environ.get("TEST_MODULE_CACHE", str(directory / "cache")),
        "REVIEW_BOT_SETTINGS": str(directory / "settings.toml"),
        "PORT": "0",
        "LOG_LEVEL": "debug",
        "LOG_FORMAT": "json",
        **({"OPENAI_BASE_URL": model.url, "OPENAI_MODEL": "gpt-5-mini"} if model else {}),
    }


async def _asked(method: str, port: int, path: str) -> tuple[int, Any]:
    async with (
        ClientSession() as session,
        session.request(method, f"http://127.0.0.1:{port}{path}") as response,
    ):
        return response.status, await response.json()


def private_key() -> str:
    """A key for the App."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()
