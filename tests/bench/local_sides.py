"""The two sides of `make bench-local`: a model behind WASI-NN, and behind llama.cpp's own server."""

import asyncio
import http.client
import json
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from bot.core.llm.messages import Message, Model, Request, Role
from bot.models.llama.backend import LlamaBackend
from bot.models.llama.engine import LlamaEngine
from bot.models.llama.gguf import Gguf
from bot.sandbox import LlamaModule, Sandbox
from tests.bench.contender import CHECKOUT
from tests.llama_server import llama_process

MODULE = CHECKOUT / "wasm_modules" / "dist" / "llama-integration.wasm"
OURS, THEIRS = "WASI-NN", "llama.cpp's own server"
SYSTEM = "You review changes to programs."
CONTEXT = 1024
KEY = "bench"
SECONDS = 600  # seconds for one answer


@dataclass(frozen=True)
class Counts:
    """Tokens of a question and its answer."""

    prompt: int
    answer: int

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(self.prompt + other.prompt, self.answer + other.answer)


class Side(Protocol):
    """A running model in `process`; `asks` is True if this process does a part of the work."""

    @property
    def name(self) -> str: ...

    @property
    def process(self) -> int: ...

    @property
    def asks(self) -> bool: ...

    async def ask(self, text: str, answer: int) -> Counts:
        """Requests an answer of that many tokens."""


@dataclass(frozen=True)
class Ours:
    """The path of reviews: engine, sandboxed component, WASI-NN, the model's process."""

    engine: LlamaEngine
    backend: LlamaBackend
    name: str = OURS
    asks: bool = True

    @property
    def process(self) -> int:
        pid = self.backend.model(self.engine.model.name).pid
        assert pid
        return pid

    async def ask(self, text: str, answer: int) -> Counts:
        messages = (Message(role=Role.SYSTEM, text=SYSTEM), Message(role=Role.USER, text=text))
        usage = (await self.engine.complete(Request(id="bench", messages=messages, answer=answer))).usage
        return Counts(usage.prompt, usage.answer)


class Theirs:
    """Chat completions of llama.cpp's own server, one connection per question."""

    name = THEIRS
    asks = False

    def __init__(self, url: str, process: int, most: int) -> None:
        self.process = process
        self._url = urlsplit(url)
        self._threads = ThreadPoolExecutor(most)

    async def ask(self, text: str, answer: int) -> Counts:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._ask, text, answer)

    def _ask(self, text: str, answer: int) -> Counts:
        messages = [{"role": "system", "content": SYSTEM}, {"role": "user", "content": text}]
        body = {"messages": messages, "max_tokens": answer, "temperature": 0, "seed": 0}
        headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
        with closing(http.client.HTTPConnection(self._url.netloc, timeout=SECONDS)) as connection:
            connection.request("POST", f"{self._url.path}/chat/completions", json.dumps(body), headers)
            usage = json.loads(connection.getresponse().read())["usage"]
        return Counts(usage["prompt_tokens"], usage["completion_tokens"])

    def close(self) -> None:
        self._threads.shutdown()


@asynccontextmanager
async def ours(model: Path, slots: int, sandbox: Sandbox) -> AsyncIterator[Ours]:
    backend = LlamaBackend({"bench": _gguf(model, slots)})
    module = LlamaModule(sandbox, MODULE, backend, SECONDS)
    engine = LlamaEngine(module, backend, Model(name="bench", context=CONTEXT, answer=512))
    try:
        await engine.start()
        yield Ours(engine, backend)
    finally:
        await engine.aclose()


@asynccontextmanager
async def theirs(model: Path, slots: int) -> AsyncIterator[Theirs]:
    plan = _gguf(model, slots).plan()
    same = {"slots": slots, "threads": plan.threads, "batch": plan.batch}
    with llama_process(model, context=CONTEXT, key=KEY, **same) as (url, pid):
        side = Theirs(url, pid, slots)
        try:
            yield side
        finally:
            side.close()


def _gguf(model: Path, slots: int) -> Gguf:
    return Gguf(model, CONTEXT, slots, gpu_layers=0)
