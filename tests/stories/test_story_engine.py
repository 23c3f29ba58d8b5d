"""The process that holds a local model dies or hangs amid its work: whatever waits for it comes to an end."""

import asyncio
import json
import os
import signal
import sqlite3
import threading
from collections import Counter
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import EngineFailure
from bot.core.llm.messages import Completion, FailureKind, Finish, Message, Model, Request, Role
from bot.models.llama.backend import LlamaBackend
from bot.models.llama.engine import LlamaEngine
from bot.models.llama.gguf import Gguf
from bot.models.llama.process import Patience
from bot.models.llama.supervisor import Supervisor
from bot.models.routing import Route
from bot.sandbox import LlamaModule, Sandbox
from tests.bench.gauge import cpu
from tests.gguf_models import Shape, make_model
from tests.sandbox.guests import SANDBOX
from tests.stories.diffs import DOCS, LOOP
from tests.stories.scripted_model import FINDING
from tests.stories.stage import PATIENCE, Stage

MODULE = Path(__file__).parents[2] / "wasm_modules" / "dist" / "llama-integration.wasm"
CONFIG = ".github/code-review-bot.yml"
CONTEXT, ANSWER = 49_152, 8_000
SLOTS, BATCH = 4, 8
QUICK = Patience(load=60, silence=2, grace=10)
SLOW = Shape(width=64, layers=8, heads=4, inner=128)  # so that there is time to strike
MODEL = Model(name="tiny", context=4096, answer=1024)


@pytest.fixture(scope="module")
def gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("models") / "tiny.gguf", context=CONTEXT, favourite='"')


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return SANDBOX


class Local:
    """A model of its own, as reviews ask it; patience with a process that hangs is short."""

    def __init__(self, sandbox: Sandbox, path: Path) -> None:
        self.backend = LlamaBackend({"tiny": Gguf(path, context=4096, slots=SLOTS)}, QUICK)
        self.engine = LlamaEngine(LlamaModule(sandbox, MODULE, self.backend, 120), self.backend, MODEL)

    @property
    def supervisor(self) -> Supervisor:
        return self.backend.model("tiny")

    def strike(self, how: signal.Signals = signal.SIGKILL) -> None:
        pid = self.supervisor.pid
        if pid:
            with suppress(ProcessLookupError):
                os.kill(pid, how)

    async def full(self) -> None:
        """Returns when every slot works on a question."""
        await until(lambda: self.supervisor.stats().running >= SLOTS)


@pytest.fixture
async def local(sandbox: Sandbox, tmp_path: Path) -> AsyncIterator[Local]:
    made = Local(sandbox, make_model(tmp_path / "own.gguf", shape=SLOW))
    await made.engine.start()
    yield made
    await made.engine.aclose()


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not holds():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0.005)


def question(number: int, answer: int = 200) -> Request:
    messages = (Message(role=Role.USER, text=f"+line {number}\n"),)
    return Request(id=f"chunk/{number}", messages=messages, answer=answer)


def batch(local: Local) -> Sequence[asyncio.Task[Completion]]:
    return [asyncio.create_task(local.engine.complete(question(number))) for number in range(BATCH)]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGABRT, signal.SIGSTOP])
async def test_every_question_of_a_batch_is_answered_though_its_process_is_lost(
    local: Local, how: signal.Signals
) -> None:
    first = local.supervisor.pid
    asked = batch(local)
    await local.full()
    local.strike(how)
    answers = await asyncio.gather(*asked)
    stats = local.supervisor.stats()

    assert {(Finish.LENGTH, 200)} == {(answer.finish, answer.usage.answer) for answer in answers}
    assert first != local.supervisor.pid
    assert (1, BATCH, 0, 0) == (stats.losses, stats.answered, stats.running, stats.waiting)


async def test_another_model_answers_while_the_process_of_this_one_hangs(
    local: Local, sandbox: Sandbox, gguf: Path
) -> None:
    other = Local(sandbox, gguf)
    asked = batch(local)
    await local.full()
    local.strike(signal.SIGSTOP)
    try:
        assert (await other.engine.complete(question(0, answer=5))).text
        assert not all(question.done() for question in asked)
    finally:
        await other.engine.aclose()

    assert all(answer.text for answer in await asyncio.gather(*asked))


async def test_a_process_that_is_lost_again_and_again_lets_another_model_stand_in(
    local: Local, sandbox: Sandbox, gguf: Path
) -> None:
    other = Local(sandbox, gguf)
    stop = threading.Event()

    def slay() -> None:
        while not stop.wait(0.01):
            if local.supervisor.stats().running:
                local.strike()

    slayer = threading.Thread(target=slay)
    slayer.start()
    try:
        engine, answer = await Route([local.engine, other.engine]).complete(question(0, answer=600))
    finally:
        stop.set()
        slayer.join()
        await other.engine.aclose()

    assert other.engine is engine
    assert 600 == answer.usage.answer
    assert 0 == local.supervisor.stats().answered


async def test_a_model_that_aborts_when_it_is_loaded_again_fails_all_that_asked_and_says_so(
    local: Local, tmp_path: Path
) -> None:
    broken = make_model(tmp_path / "broken.gguf", layers=0)
    asked = batch(local)
    await local.full()
    broken.replace(tmp_path / "own.gguf")
    local.strike(signal.SIGABRT)
    failures = await asyncio.gather(*asked, return_exceptions=True)

    failed = [failure for failure in failures if isinstance(failure, EngineFailure)]
    # On a busy machine, the first answers may be there before the signal.
    assert {EngineFailure, Completion} >= {type(answer) for answer in failures}
    assert failed
    assert all("block_count is 0" in str(failure) for failure in failed)
    assert {FailureKind.REFUSED} == {failure.kind for failure in failed}
    assert local.supervisor.pid is None


# ── on the real server ──────────────────────────────────────────────────────────────────────────


def model_pid(stage: Stage) -> int:
    """Of the process that was started last."""
    pid: int = stage.logged("model_loaded")[-1]["pid"]
    return pid


def journal(directory: Path) -> list[dict[str, Any]]:
    with sqlite3.connect(directory / "bot.db") as database:
        rows = database.execute("SELECT completion FROM journal").fetchall()
    return [json.loads(row[0]) for row in rows]


async def test_a_review_outlives_the_process_of_its_model_and_others_do_not_wait_for_it(
    unset_stage: Stage, gguf: Path, tmp_path: Path
) -> None:
    stage = unset_stage
    stage.server.settings = {
        **stage.server.settings,
        "MODEL_ORDER": "llama,openai",
        "LLAMA_MODEL": str(gguf),
        "CONTROL_QUESTIONS": "false",
        "LLAMA_CONTEXT": str(CONTEXT),
        "LLAMA_ANSWER": str(ANSWER),
    }
    stage.model.findings = [{**FINDING, "path": "docs/cart.md", "line": 1, "end_line": 1}]
    await stage.start()
    await stage.until(lambda: stage.logged("model_loaded"), "a model")
    struck = model_pid(stage)
    idle = cpu(struck)
    number = await stage.open(LOOP)
    await stage.until(lambda: cpu(struck) > idle + 0.05, "a question that is worked on")
    os.kill(struck, signal.SIGSTOP)
    stage.write(CONFIG, "model: openai\n")
    other = await stage.open(DOCS)

    assert "Model: `gpt-5-mini`" in await stage.reviewed(other)
    assert 200 == (await stage.get(stage.server.port, "/health"))[0]
    assert not stage.is_checked(number)

    os.kill(struck, signal.SIGKILL)
    summary = await stage.reviewed(number)

    assert "1 of 1 file reviewed" in summary
    assert "Model: `tiny`" in summary
    assert 1 == len(stage.logged("model_process_lost"))
    assert struck != model_pid(stage)
    assert 1 == len(stage.pull(number)["checks"])
    assert 2 == models(tmp_path)["tiny"]
    assert not [body for body in stage.model.asked if "first = items" in str(body)]
    assert not stage.server.troubles


def models(directory: Path) -> Counter[str]:
    """How many answers of which model the journal holds."""
    return Counter(answer["model"] for answer in journal(directory))
