"""All of wasi:nn as a guest sees it: what it may load and how, what tensors must be, what errors say."""

import json
import time
from collections.abc import Callable

import pytest

from bot.core.cancellation import CancellationToken
from bot.core.errors import ModuleError, NNError
from bot.sandbox import Sandbox
from bot.sandbox.components.guest_limits import GuestLimits, MiB
from bot.sandbox.wasi_nn.loading import ModelGrant
from bot.sandbox.wasi_nn.tables import GuestResources
from tests.sandbox.nn_guests import NN, Program, told
from tests.sandbox.test_wasi_nn import Models

OWN = ModelGrant(bytes=1000)
MODEL = b"GGUF and more"


def shout(inputs: dict[str, bytes]) -> dict[str, bytes]:
    return {"text": inputs["prompt"].upper()}


@pytest.fixture
def models() -> Models:
    return Models(shout)


Run = Callable[..., tuple[str, str]]


@pytest.fixture
def run(sandbox: Sandbox, models: Models) -> Run:
    """Runs a program; the code of its error, and its words or its answer."""

    def run(
        program: Program,
        grant: ModelGrant | None = None,
        patience: float = 60,
        memory: int = 2 * MiB,
        cancelled: CancellationToken | None = None,
    ) -> tuple[str, str]:
        module = sandbox.load(program.component(), "guest", NN)
        with GuestResources(models, patience, memory, grant, cancelled) as tables:
            return told(module.call("run", (), GuestLimits(memory=16 * MiB), tables))

    return run


def asked(load: Callable[[Program], str], **tensors: bytes) -> Program:
    """A program that loads a model and asks it once."""
    program = Program()
    context = program.init(load(program))
    given = tensors or {"prompt": b"hello"}
    program.compute(context, **{name: program.tensor(contents) for name, contents in given.items()})
    program.answer()
    return program


def default(program: Program) -> str:
    return program.load_by_name("default")


def test_a_model_is_asked_by_name(run: Run, models: Models) -> None:
    assert run(asked(default)) == ("", "HELLO")
    assert models.asked == [(b"default", b"")]


@pytest.mark.parametrize("encoding", ["ggml", "autodetect"])
def test_a_model_s_name_may_stand_in_the_builder_with_a_configuration(
    encoding: str, run: Run, models: Models
) -> None:
    program = asked(lambda p: p.load(b"preload:default", b'{"n-predict": 9}', encoding=encoding))

    assert run(program) == ("", "HELLO")
    assert models.asked == [(b"default", b'{"n-predict": 9}')]


def test_a_guest_brings_its_own_model_where_that_is_granted(run: Run, models: Models) -> None:
    assert run(asked(lambda p: p.load(MODEL, b"{}")), OWN) == ("", "HELLO")
    assert models.asked == [(MODEL, b"{}")]


REFUSED = [
    ((MODEL,), {}, ModelGrant(), "security", "that the operator has named"),
    ((MODEL + bytes(1000),), {}, OWN, "too-large", "the limit is 1000"),
    ((b"not a model",), {}, OWN, "invalid-encoding", "neither a GGUF file"),
    ((b"",), {}, OWN, "invalid-encoding", "neither a GGUF file"),
    ((), {}, OWN, "invalid-argument", "not 0"),
    ((MODEL, b"", b""), {}, OWN, "invalid-argument", "not 3"),
    ((MODEL,), {"encoding": "onnx"}, OWN, "invalid-encoding", "a GGUF file has the encoding ggml, not onnx"),
    ((b"\x08\x03",), {"encoding": "onnx"}, OWN, "unsupported-operation", "encoding onnx"),
    (
        (MODEL,),
        {"target": "gpu"},
        OWN,
        "unsupported-operation",
        "target gpu is not supported; supported targets: cpu",
    ),
    (
        (MODEL,),
        {"target": "tpu"},
        ModelGrant(targets=frozenset({"cpu", "gpu"})),
        "unsupported-operation",
        "target tpu",
    ),
    ((b"preload:other",), {}, OWN, "not-found", "other is not among"),
    ((b"preload:\xff",), {}, OWN, "invalid-argument", "not UTF-8"),
    ((b"preload:" + b"x" * 2000,), {}, OWN, "invalid-argument", "at most 1000 characters"),
    (
        (b"preload:default",),
        {},
        ModelGrant(names=frozenset({"mine"})),
        "security",
        "'default' is not granted",
    ),
]


@pytest.mark.parametrize(("parts", "how", "grant", "code", "words"), REFUSED)
def test_what_cannot_be_loaded_is_told_with_its_reason(
    parts: tuple[bytes, ...], how: dict[str, str], grant: ModelGrant, *, code: str, words: str, run: Run
) -> None:
    said = run(asked(lambda p: p.load(*parts, **how)), grant)

    assert said[0] == code
    assert words in said[1]


def test_a_gpu_may_be_asked_for_where_there_is_one(run: Run) -> None:
    grant = ModelGrant(targets=frozenset({"cpu", "gpu"}))

    assert run(asked(lambda p: p.load(b"preload:default", target="gpu")), grant) == ("", "HELLO")


def test_a_name_that_was_not_granted_is_refused_by_name_too(run: Run) -> None:
    assert run(asked(default), ModelGrant(names=frozenset()))[0] == "security"


# ── tensors ─────────────────────────────────────────────────────────────────────────────────────


def computed(*tensors: tuple[str, bytes, list[int], str]) -> Program:
    program = Program()
    context = program.init(default(program))
    made = [(name, program.tensor(contents, shape, kind)) for name, contents, shape, kind in tensors]
    program.compute_list(context, made)
    program.answer()
    return program


@pytest.mark.parametrize("shape", [[6], [2, 3], [1, 6, 1], [6] + [1] * 15])
def test_a_text_may_have_any_shape_that_fits(shape: list[int], run: Run) -> None:
    assert run(computed(("prompt", b"hello!", shape, "U8"))) == ("", "HELLO!")


WRONG = [
    (b"hello", [4], "U8", "`prompt` of 4 U8 needs 4 bytes, but has 5"),
    (b"hello", [], "U8", "needs 1 bytes, but has 5"),
    (b"hello", [2**32 - 1] * 16, "I64", "but has 5"),
    (b"hello", [0, 2**32 - 1], "U8", "needs 0 bytes, but has 5"),
    (b"hello", [1] * 17, "U8", "has 17 dimensions; the limit is 16"),
    (b"hello", [1] * 10_000, "U8", "has 10000 dimensions"),
    (b"12345678", [8], "FP64", "needs 64 bytes, but has 8"),
    (b"12345678", [2], "FP32", "has type FP32; the models need text of type U8"),
    (b"12345678", [4], "BF16", "has type BF16"),
]


@pytest.mark.parametrize(("contents", "shape", "kind", "words"), WRONG)
def test_a_tensor_that_is_wrong_is_named(
    contents: bytes, shape: list[int], kind: str, words: str, run: Run
) -> None:
    code, said = run(computed(("prompt", contents, shape, kind)))

    assert code == "invalid-argument"
    assert words in said


def test_a_name_is_given_once(run: Run) -> None:
    twice = ("prompt", b"hello", [5], "U8")

    assert run(computed(twice, twice)) == ("invalid-argument", "tensor `prompt` is given twice")


def test_so_many_tensors_are_no_question(run: Run) -> None:
    code, said = run(computed(*((f"t{number}", b"", [0], "U8") for number in range(33))))

    assert (code, said) == ("too-large", "33 tensors; the limit is 32")


def test_a_tensor_tells_what_it_was_made_of(run: Run) -> None:
    program = Program()
    tensor = program.tensor(b"12345678", [2, 2], "BF16")
    program.step(program.call("dimensions", tensor, 32))
    for at, expected in ((0, 2), (4, 2)):
        loaded = f"(i32.load offset={at} (i32.load (i32.const 32)))"
        program.step(f"(if (i32.ne {loaded} (i32.const {expected})) (then unreachable))")
    program.step(f"(if (i32.ne {program.call('ty', tensor)} (i32.const 3)) (then unreachable))")
    program.step(f"{program.call('contents', tensor, 48)} (return (i32.const 48))")

    assert run(program) == ("", "12345678")


# ── limits ──────────────────────────────────────────────────────────────────────────────────────


def test_memory_is_counted_for_what_is_held_at_the_same_time(run: Run) -> None:
    held, dropped = Program(), Program()
    for program in (held, dropped):
        for _ in range(3):
            tensor = program.tensor(bytes(400_000))
            if program is dropped:
                program.drop("tensor", tensor)
        program.step("(i32.store (i32.const 48) (i32.const 256)) (i32.store (i32.const 52) (i32.const 0))")

    assert run(dropped, memory=1_000_000) == ("", "")
    with pytest.raises(ModuleError, match="exceeded the limits on WASI-NN") as caught:
        run(held, memory=1_000_000)
    assert caught.value.kind == "memory"


def test_a_list_of_the_same_bytes_over_and_over_is_not_copied_for_ever(run: Run) -> None:
    """Half a megabyte of the guest's is 25 gigabytes of the host's where it is told 50,000 times."""
    program = Program()
    at, _ = program.put(b"".join(number.to_bytes(4, "little") for number in (256, 500_000)) * 50_000)
    program.step(program.call("load", at, 50_000, 5, 0, 16))
    program.step("unreachable")

    with pytest.raises(ModuleError, match="more data than allowed"):
        run(program, OWN)


def test_dimensions_take_memory_too(run: Run) -> None:
    program = Program()
    program.tensor(b"", [1] * 40_000)

    with pytest.raises(ModuleError, match="exceeded the limits on WASI-NN"):
        run(program, memory=1_000_000)


def test_when_the_time_for_computing_is_over_nothing_is_computed(run: Run) -> None:
    assert run(asked(default), patience=-1) == ("timeout", "the time limit for the models was reached")


def test_when_nobody_waits_any_more_nothing_is_computed(run: Run) -> None:
    gone = CancellationToken()
    gone.set()

    assert run(asked(default), cancelled=gone) == ("timeout", "the request was cancelled")


def test_loading_is_not_on_the_guest_s_time(
    sandbox: Sandbox, models: Models, monkeypatch: pytest.MonkeyPatch
) -> None:
    def bring(*_: bytes) -> Models:
        time.sleep(0.3)
        return models

    monkeypatch.setattr(models, "bring", bring)
    module = sandbox.load(asked(default).component(), "guest", NN)

    with GuestResources(models, 60, MiB) as tables:
        assert module.call("run", (), GuestLimits(seconds=0.1, memory=16 * MiB), tables) == "HELLO"


# ── how long a model is held ────────────────────────────────────────────────────────────────────


def test_a_model_is_given_up_with_the_last_that_holds_it(run: Run, models: Models) -> None:
    open_: list[int] = []

    def look(_inputs: dict[str, bytes]) -> dict[str, bytes]:
        open_.append(models.open)
        return {"text": b""}

    models._compute = look
    program = Program()
    graph = program.load(MODEL)
    first, second = program.init(graph), program.init(graph)
    other = program.init(program.load_by_name("default"))
    program.drop("graph", graph)
    program.compute(first)
    program.drop("context", first)
    program.compute(second)
    program.drop("context", second)
    program.compute(other)
    program.answer()

    run(program, OWN)

    assert open_ == [2, 2, 1]
    assert models.open == 0


def test_a_model_is_given_up_with_the_call_however_that_ends(run: Run, models: Models) -> None:
    program = Program()
    program.init(program.load(MODEL))
    program.step("unreachable")

    with pytest.raises(ModuleError):
        run(program, OWN)

    assert models.open == 0


def test_a_tensor_is_given_away_once(run: Run) -> None:
    program = Program()
    context = program.init(default(program))
    prompt = program.tensor(b"hello")
    program.compute(context, prompt=prompt, again=prompt)

    with pytest.raises(ModuleError, match="handle") as caught:
        run(program)

    assert caught.value.kind == "invalid"


def test_an_error_of_the_backend_arrives_with_its_code(run: Run, models: Models) -> None:
    def broken(_inputs: dict[str, bytes]) -> dict[str, bytes]:
        raise NNError("a code of its own", json.dumps({"é": 1}, ensure_ascii=False))

    models._compute = broken

    assert run(asked(default)) == ("unknown", '{"é": 1}')
