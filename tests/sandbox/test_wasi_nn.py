"""The real llama-integration and hand-written guests against wasi:nn as the host gives it."""

import json
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from wasmtime import wat2wasm

from bot.core.errors import EngineFailure, ModuleError, NNError
from bot.core.llm.messages import Completion, Finish, Message, Model, Request, Role, Usage
from bot.sandbox import LlamaModule, Sandbox
from bot.sandbox.components.guest_limits import GuestLimits, MiB
from bot.sandbox.components.world import World
from bot.sandbox.wasi_nn.interface import CODES, GRANTS, define
from bot.sandbox.wasi_nn.tables import GuestResources
from tests.sandbox.guests import DIST

MODEL = Model(name="default", context=8192, answer=512)
REQUEST = Request(
    id="chunk/1",
    messages=(Message(role=Role.SYSTEM, text="You review."), Message(role=Role.USER, text="é")),
    format='{"z": 1, "a": 2}',
    answer=64,
    temperature=0.2,
)
METADATA = b'{"input_tokens": 7, "output_tokens": 2, "finish": "length", "model": "tiny"}'

Compute = Callable[[dict[str, bytes]], dict[str, bytes]]


def echo(inputs: dict[str, bytes]) -> dict[str, bytes]:
    """Answers with the text of the last message."""
    return {"metadata": METADATA, "text": json.loads(inputs["messages"])[-1]["content"].encode()}


class Models:
    """A backend that holds the model "default", and takes models of guests."""

    def __init__(self, compute: Compute = echo) -> None:
        self._compute = compute
        self.asked: list[tuple[bytes, bytes]] = []
        self.open = 0

    def load(self, name: str, config: bytes = b"") -> "Models":
        if name != "default":
            raise NNError("not-found", f"{name} is not among the models")
        return self.bring(name.encode(), config)

    def bring(self, model: bytes, config: bytes = b"") -> "Models":
        self.asked.append((model, config))
        self.open += 1
        return self

    def compute(
        self, inputs: dict[str, bytes], deadline: float, cancelled: Event | None = None
    ) -> dict[str, bytes]:
        assert deadline > time.monotonic()
        return self._compute(inputs)

    def close(self) -> None:
        self.open -= 1


@pytest.fixture(scope="session")
def bytes_of_llama() -> bytes:
    return (DIST / "llama-integration.wasm").read_bytes()


@pytest.fixture
def ask(sandbox: Sandbox, bytes_of_llama: bytes) -> Callable[[Compute], Completion]:
    return lambda compute: LlamaModule(sandbox, bytes_of_llama, Models(compute)).complete(REQUEST, MODEL)


def test_a_question_reaches_the_backend_and_its_answer_comes_back(
    ask: Callable[[Compute], Completion],
) -> None:
    seen: dict[str, bytes] = {}

    def compute(inputs: dict[str, bytes]) -> dict[str, bytes]:
        seen.update(inputs)
        return echo(inputs)

    completion = ask(compute)

    assert completion == Completion(
        text="é", finish=Finish.LENGTH, usage=Usage(prompt=7, answer=2), model="tiny"
    )
    assert json.loads(seen["messages"]) == [
        {"role": "system", "content": "You review."},
        {"role": "user", "content": "é"},
    ]
    assert seen["options"] == b'{"n-predict":64,"temp":0.2,"seed":0,"json-schema":{"z": 1, "a": 2}}'


KINDS = {
    "too-large": "context",
    "timeout": "unavailable",
    "security": "refused",
    "not-found": "refused",
    "unsupported-operation": "unsupported",
}


@pytest.mark.parametrize("code", sorted(CODES | {"a code of its own"}))
def test_an_error_of_the_backend_becomes_a_failure(code: str, ask: Callable[[Compute], Completion]) -> None:
    def compute(_inputs: dict[str, bytes]) -> dict[str, bytes]:
        raise NNError(code, "the backend's words")

    with pytest.raises(EngineFailure, match="the backend's words") as caught:
        ask(compute)

    assert caught.value.kind == KINDS.get(code, "invalid")


def test_a_model_that_is_not_there_is_named(sandbox: Sandbox, bytes_of_llama: bytes) -> None:
    other = MODEL.model_copy(update={"name": "other"})

    with pytest.raises(EngineFailure, match=r'no local model "other".*LLAMA_MODEL') as caught:
        LlamaModule(sandbox, bytes_of_llama, Models()).complete(REQUEST, other)

    assert caught.value.kind == "refused"


def test_nonsense_of_the_backend_is_told(ask: Callable[[Compute], Completion]) -> None:
    with pytest.raises(EngineFailure, match='no tensor "metadata"'):
        ask(lambda _: {"text": b"x"})


def test_inference_is_not_on_the_guest_s_time(
    ask: Callable[[Compute], Completion], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.sandbox.components.guest_limits.of_text", lambda *_: GuestLimits(seconds=0.1))

    def compute(inputs: dict[str, bytes]) -> dict[str, bytes]:
        time.sleep(0.3)
        return echo(inputs)

    assert ask(compute).text == "é"


def test_a_long_prompt_takes_no_long_way(sandbox: Sandbox, bytes_of_llama: bytes) -> None:
    text = "ü" * 500_000
    long = REQUEST.model_copy(update={"messages": (Message(role=Role.USER, text=text),)})

    assert LlamaModule(sandbox, bytes_of_llama, Models()).complete(long, MODEL).text == text


@pytest.fixture
def switching() -> Iterator[None]:
    """Threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("switching")
def test_threads_get_their_own_answers_and_errors(sandbox: Sandbox, bytes_of_llama: bytes) -> None:
    def compute(inputs: dict[str, bytes]) -> dict[str, bytes]:
        answer = echo(inputs)
        if int(answer["text"]) % 3 == 0:
            raise NNError("runtime-error", answer["text"].decode())
        return answer

    module = LlamaModule(sandbox, bytes_of_llama, Models(compute))

    def ask(number: int) -> str:
        request = REQUEST.model_copy(update={"messages": (Message(role=Role.USER, text=str(number)),)})
        try:
            return module.complete(request, MODEL).text
        except EngineFailure as failure:
            return str(failure)

    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(ask, range(200))) == [str(number) for number in range(200)]


# ── Guests that use wasi:nn in their own ways ───────────────────────────────────────────────────

NN = World("wasi:nn guest", {"run": 0}, GRANTS, define)


def nn_guest(instances: str, lowered: str, code: str) -> bytes:
    """A component that exports `run: func() -> string`."""
    return bytes(
        wat2wasm(f"""(component
  {instances}
  (core module $memory (memory (export "memory") 32)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 65536))
  (core instance $memory (instantiate $memory))
  {lowered}
  (core module $code
    (import "memory" "memory" (memory 0))
    (import "host" "first" (func $first (param i32 i32 i32 i32 i32)))
    (import "host" "second" (func $second (param i32 i32)))
    (import "host" "new" (func $new (param i32 i32 i32 i32 i32) (result i32)))
    (func (export "run") (result i32) {code}))
  (core instance $code (instantiate $code (with "memory" (instance $memory))
    (with "host" (instance (export "first" (func $first)) (export "second" (func $second))
      (export "new" (func $new))))))
  (func (export "run") (result string)
    (canon lift (core func $code "run")
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc")))))""")
    )


INSTANCES = """
  (import "wasi:nn/errors@0.2.0-rc-2024-10-28" (instance $errors
    (export "error" (type $error (sub resource)))
    (export "[method]error.data" (func (param "self" (borrow $error)) (result string)))))
  (alias export $errors "error" (type $error))
  (import "wasi:nn/tensor@0.2.0-rc-2024-10-28" (instance $tensors
    (export "tensor" (type $tensor (sub resource)))
    (type $kinds (enum "FP16" "FP32" "FP64" "BF16" "U8" "I32" "I64"))
    (export "tensor-type" (type $kind (eq $kinds)))
    (export "[constructor]tensor" (func
      (param "dimensions" (list u32)) (param "ty" $kind) (param "data" (list u8)) (result (own $tensor))))))
  (import "wasi:nn/graph@0.2.0-rc-2024-10-28" (instance $graphs
    (alias outer 1 $error (type $outer)) (export "error" (type $failed (eq $outer)))
    (export "graph" (type $graph (sub resource)))
    (type $encodings (enum "openvino" "onnx" "tensorflow" "pytorch" "tensorflowlite" "ggml" "autodetect"))
    (export "graph-encoding" (type $encoding (eq $encodings)))
    (type $targets (enum "cpu" "gpu" "tpu"))
    (export "execution-target" (type $target (eq $targets)))
    (export "load" (func (param "builder" (list (list u8))) (param "encoding" $encoding)
      (param "target" $target) (result (result (own $graph) (error (own $failed))))))))
"""

LOWERED = """
  (alias export $graphs "load" (func $load))
  (core func $first (canon lower (func $load) (memory (core memory $memory "memory"))))
  (alias export $errors "[method]error.data" (func $words))
  (core func $second (canon lower (func $words) (memory (core memory $memory "memory"))
    (realloc (core func $memory "realloc"))))
  (alias export $tensors "[constructor]tensor" (func $tensor))
  (core func $new (canon lower (func $tensor) (memory (core memory $memory "memory"))))
"""


def run(sandbox: Sandbox, code: str) -> str:
    module = sandbox.load(nn_guest(INSTANCES, LOWERED, code), "guest", NN)
    limits = GuestLimits(seconds=60, memory=16 * MiB)
    said: str = module.call("run", (), limits, GuestResources(Models(), 1, 2 * MiB))
    return said


def test_a_guest_that_says_no_model_is_told_so(sandbox: Sandbox) -> None:
    load = "(call $first (i32.const 0) (i32.const 0) (i32.const 5) (i32.const 0) (i32.const 32))"
    words = "(call $second (i32.load (i32.const 36)) (i32.const 48)) i32.const 48"

    assert run(sandbox, load + words) == "a model has one or two builders, not 0"


@pytest.mark.parametrize("size", [0, 1_000_000])
def test_a_guest_cannot_fill_the_host_with_tensors(sandbox: Sandbox, size: int) -> None:
    new = f"(drop (call $new (i32.const 0) (i32.const 0) (i32.const 4) (i32.const 0) (i32.const {size})))"

    with pytest.raises(ModuleError, match="exceeded the limits on WASI-NN resources") as caught:
        run(sandbox, f"(loop $again {new} (br $again)) unreachable")

    assert caught.value.kind == "memory"


def test_a_handle_that_the_guest_does_not_hold_ends_it(sandbox: Sandbox) -> None:
    with pytest.raises(ModuleError, match="handle") as caught:
        run(sandbox, "(call $second (i32.const 77) (i32.const 48)) i32.const 48")

    assert caught.value.kind == "invalid"
