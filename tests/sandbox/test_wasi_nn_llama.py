"""Guests of wasi:nn on a real llama.cpp, from the component to the model and back."""

import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.cancellation import CancellationToken
from bot.core.errors import EngineFailure
from bot.core.llm.messages import Message, Model, Request, Role
from bot.models.llama.backend import LlamaBackend
from bot.models.llama.gguf import Gguf
from bot.sandbox import LlamaModule, Sandbox
from bot.sandbox.components.guest_limits import GuestLimits, MiB
from bot.sandbox.wasi_nn.loading import ModelGrant
from bot.sandbox.wasi_nn.tables import GuestResources
from tests.gguf_models import make_model
from tests.sandbox.guests import DIST
from tests.sandbox.nn_guests import NN, Program, told

GUEST = GuestLimits(seconds=10, memory=16 * MiB)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_model(tmp_path_factory.mktemp("gguf") / "tiny.gguf")


@pytest.fixture(scope="module")
def backend(path: Path) -> Iterator[LlamaBackend]:
    running = LlamaBackend({"tiny": Gguf(path, context=8192)})
    yield running
    running.close()


def run(
    sandbox: Sandbox, backend: LlamaBackend, program: Program, grant: ModelGrant | None = None
) -> tuple[str, str]:
    module = sandbox.load(program.component(), "guest", NN)
    with GuestResources(backend, 60, 4 * MiB, grant) as tables:
        return told(module.call("run", (), GUEST, tables))


def goes_on(program: Program, graph: str, output: int = 0) -> Program:
    context = program.init(graph)
    tensors = [("0", program.tensor(b"the inner")), ("1", program.tensor(b'{"n-predict": 16}'))]
    program.compute_list(context, tensors)
    program.answer(output)
    return program


@pytest.fixture(scope="module")
def expected(backend: LlamaBackend) -> str:
    inputs = {"prompt": b"the inner", "options": b'{"n-predict": 16}'}
    return backend.compute("tiny", inputs, time.monotonic() + 60)["text"].decode()


def test_a_guest_s_own_model_answers(
    sandbox: Sandbox, backend: LlamaBackend, path: Path, expected: str
) -> None:
    program = Program()
    goes_on(program, program.load(path.read_bytes(), b'{"ctx-size": 512}'))

    assert run(sandbox, backend, program, ModelGrant(bytes=MiB)) == ("", expected)
    assert not backend._brought


def test_a_guest_that_may_not_bring_one_is_told_so(
    sandbox: Sandbox, backend: LlamaBackend, path: Path
) -> None:
    program = Program()
    goes_on(program, program.load(path.read_bytes()))

    assert run(sandbox, backend, program)[0] == "security"


def test_tensors_by_number_are_understood(sandbox: Sandbox, backend: LlamaBackend, expected: str) -> None:
    text, metadata = Program(), Program()
    goes_on(text, text.load(b"preload:tiny"))
    goes_on(metadata, metadata.load_by_name("tiny"), output=1)

    assert run(sandbox, backend, text) == ("", expected)
    assert json.loads(run(sandbox, backend, metadata)[1]) == {
        "input_tokens": 6,
        "output_tokens": 16,
        "finish": "length",
        "model": "tiny",
    }


def test_an_unknown_tensor_is_named(sandbox: Sandbox, backend: LlamaBackend) -> None:
    program = Program()
    context = program.init(program.load_by_name("tiny"))
    program.compute(context, prmopt=program.tensor(b"x"))

    code, words = run(sandbox, backend, program)

    assert code == "invalid-argument"
    assert "unknown tensors `prmopt`; known tensors: messages, prompt" in words


def test_a_module_stops_when_nobody_waits_any_more(sandbox: Sandbox, backend: LlamaBackend) -> None:
    module = LlamaModule(sandbox, DIST / "llama-integration.wasm", backend)
    message = Message(role=Role.USER, text="x" * 1000)
    request = Request(id="a", messages=(message,), answer=7000, temperature=0.0)
    gone = CancellationToken()

    def leave() -> None:
        while not backend.model("tiny").stats().running:
            time.sleep(0.01)
        gone.set()

    threading.Thread(target=leave, daemon=True).start()
    with pytest.raises(EngineFailure, match="the question was cancelled") as caught:
        module.complete(request, Model(name="tiny", context=8192, answer=7000), gone)

    assert caught.value.kind == "unavailable"
