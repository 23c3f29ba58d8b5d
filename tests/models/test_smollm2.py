"""SmolLM2-135M, a real model: it knows a capital through both interfaces of WASI-NN, but cannot review."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.llm.messages import DetailLevel, Message, Model, Request, Role
from bot.models.llama.backend import LlamaBackend
from bot.models.llama.engine import LlamaEngine
from bot.models.llama.ggml import GgmlModels
from bot.models.llama.gguf import Gguf
from bot.models.qualification import Examiner, QualificationFiles
from bot.sandbox import LlamaModule
from bot.sandbox.components.guest_limits import MiB
from bot.sandbox.ephemeral import Program, ProgramEnvironment, ProgramLimits
from tests.sandbox import ephemeral_programs
from tests.sandbox.guests import DIST, SANDBOX
from tests.smollm2 import SMOLLM2

QUESTION = "What is the capital of France? Answer with one word."
CHAT = f"<|im_start|>user\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n"
MODEL = Model(name="smollm2", context=4096, answer=512, level=DetailLevel.SIMPLE)


@pytest.fixture
async def engine() -> AsyncIterator[LlamaEngine]:
    backend = LlamaBackend({"smollm2": Gguf(SMOLLM2, context=4096)})
    module = LlamaModule(SANDBOX, DIST / "llama-integration.wasm", backend, patience=600)
    engine = LlamaEngine(module, backend, MODEL)
    yield engine
    await engine.aclose()


async def test_it_knows_the_capital_through_wasi_nn(engine: LlamaEngine) -> None:
    request = Request(id="ask", messages=(Message(role=Role.USER, text=QUESTION),), answer=16)

    assert "Paris" in (await engine.complete(request)).text


def test_it_knows_the_capital_through_the_interface_of_core_modules() -> None:
    ggml = GgmlModels({"default": SMOLLM2}, [], most_context=4096)
    said: list[bytes] = []
    try:
        program = Program(SANDBOX, ephemeral_programs.ASK, "ask.wasm")
        environment = ProgramEnvironment(arguments=["default", CHAT])
        status = program.run(ggml, environment, ProgramLimits(seconds=600, memory=16 * MiB), said.append)
    finally:
        ggml.close()

    assert (0, True) == (status, b"Paris" in b"".join(said)), said


async def test_it_does_not_tell_planted_bugs_from_correct_code(engine: LlamaEngine, tmp_path: Path) -> None:
    result = await Examiner(QualificationFiles(tmp_path)).qualification(engine)

    assert (0, 3, False) == (result.right, result.pairs, result.passed)
