"""Programs for WasmEdge's GGML plugin on a real llama.cpp: each model that is open is a process."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.errors import NNError
from bot.models.llama.ggml import GgmlModels
from bot.sandbox.ephemeral.errno import Errno
from tests.gguf_models import make_model
from tests.sandbox.ephemeral_guest import Guest, guest

CONFIG = {"ctx-size": 512, "n-gpu-layers": 0, "temp": 0, "n-predict": 8}
LLAMAEDGE = {
    "enable-log": True,
    "enable-debug-log": False,
    "stream-stdout": False,
    "embedding": False,
    "n-predict": -1,
    "n-gpu-layers": 100,
    "main-gpu": 0,
    "tensor-split": "1,1",
    "split-mode": "layer",
    "use-mmap": True,
    "ctx-size": 512,
    "batch-size": 512,
    "ubatch-size": 512,
    "threads": 2,
    "mmproj": "",
    "image": "",
    "reverse-prompt": "\n\n\n",
    "temp": 0.8,
    "top-p": 0.9,
    "repeat-penalty": 1.1,
    "presence-penalty": 0.0,
    "frequency-penalty": 0.0,
    "grammar": "",
    "json_schema": "",
    "include_usage": True,
}


@pytest.fixture(scope="module")
def ggml(tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GgmlModels]:
    room = tmp_path_factory.mktemp("models")
    make_model(room / "granted.gguf", seed=8)
    talks = make_model(room / "talks.gguf", favourite="q")
    running = GgmlModels(
        {"default": tiny, "talks": talks, "gone": room / "gone.gguf"}, [room / "granted.gguf"]
    )
    yield running
    running.close()


@pytest.fixture
def program(ggml: GgmlModels) -> Iterator[Guest]:
    with guest(ggml, pages=64) as playing:
        yield playing


def _pid(ggml: GgmlModels) -> int | None:
    supervisor = ggml._open[0]._supervisor
    return supervisor.pid if supervisor else None


def test_a_prompt_is_answered_at_once_and_token_by_token_alike(program: Guest) -> None:
    _, graph = program.load("talks", CONFIG)
    _, context = program.context(graph)
    assert program.set(context, b"the inner") == 0
    counted = program.metadata(context)
    assert program.call("compute", context) == 0
    errno, text = program.get(context)
    assert (errno, bool(text)) == (0, True)
    told = program.metadata(context)
    assert told["input_tokens"] == counted["input_tokens"] > 0
    assert told["output_tokens"] == 8
    assert told["llama_build_number"] > 0
    assert told["llama_commit"]

    assert program.set(context, b"the inner") == 0
    pieces = []
    while (errno := program.call("compute_single", context)) == 0:
        pieces.append(program.get(context, single="_single")[1])
    assert errno == Errno.END_OF_SEQUENCE
    assert b"".join(pieces) == text
    assert len(pieces) > 1


def test_names_of_special_tokens_are_those_tokens(program: Guest) -> None:
    context = program.ready("<|im_start|>", CONFIG)
    assert program.metadata(context)["input_tokens"] == 1


def test_a_context_is_filled_and_no_prompt_that_does_not_fit_is_taken(program: Guest) -> None:
    context = program.ready("x" * 500, {**CONFIG, "n-predict": -1})
    assert program.call("compute", context) == Errno.CONTEXT_FULL
    errno, text = program.get(context)
    assert (errno, bool(text)) == (0, True)
    assert program.set(context, b"x" * 509) == 0
    assert program.call("compute", context) == Errno.PROMPT_TOO_LONG
    assert program.call("compute_single", context) == Errno.PROMPT_TOO_LONG


def test_json_is_enforced(program: Guest) -> None:
    schema = {"type": "object", "properties": {"n": {"enum": [1, 2]}}, "required": ["n"]}
    config = {**CONFIG, "n-predict": 40, "grammar": "", "json_schema": json.dumps(schema)}
    context = program.ready("the inner", config)
    assert program.call("compute", context) == 0
    text, mark, _ = program.get(context)[1].partition(b"<|")  # any token that ends an answer
    assert mark
    assert json.loads(text)["n"] in {1, 2}


def test_a_grammar_is_enforced_and_a_broken_one_is_an_error(program: Guest) -> None:
    context = program.ready("the inner", {**CONFIG, "grammar": 'root ::= "yes" | "no"'})
    assert program.call("compute", context) == 0
    assert program.get(context)[1].partition(b"<|")[0] in {b"yes", b"no"}
    assert program.configure(context, {"grammar": "root ::= ("}) == 0
    assert program.set(context, b"the inner") == 0
    assert program.call("compute", context) in {Errno.INVALID_ARGUMENT, Errno.RUNTIME_ERROR}
    assert program.configure(context, {"grammar": ""}) == 0
    assert program.set(context, b"the inner") == 0
    assert program.call("compute", context) == 0


def test_what_ends_an_answer_is_its_last_token_and_comes_with_the_end(program: Guest) -> None:
    """Programs that print an answer whole cut it off there; those that print tokens never fetch it."""
    context = program.ready("the inner", {**CONFIG, "grammar": 'root ::= "yes"'})
    assert program.call("compute", context) == 0
    text = program.get(context)[1]
    assert text in {b"yes<|im_end|>", b"yes<|endoftext|>"}
    assert program.metadata(context)["output_tokens"] == 4

    assert program.set(context, b"the inner") == 0
    assert [program.call("compute_single", context) for _ in range(3)] == [0, 0, 0]
    assert program.get(context) == (0, b"yes")
    assert program.metadata(context)["output_tokens"] == 3
    assert program.call("compute_single", context) == Errno.END_OF_SEQUENCE
    assert program.get(context, single="_single") == (0, text.removeprefix(b"yes"))
    assert program.metadata(context)["output_tokens"] == 4


def test_an_answer_that_is_cut_has_no_such_token(program: Guest) -> None:
    context = program.ready("the inner", {**CONFIG, "grammar": 'root ::= "yes"', "n-predict": 3})
    assert program.call("compute", context) == 0
    assert program.get(context) == (0, b"yes")
    assert program.metadata(context)["output_tokens"] == 3


def test_all_that_llamaedge_says_is_taken(program: Guest) -> None:
    context = program.ready("the inner", LLAMAEDGE)
    assert program.configure(context, {**LLAMAEDGE, "n-predict": 3}) == 0
    assert program.set(context, b"the inner") == 0
    assert program.call("compute", context) == 0
    assert program.metadata(context)["output_tokens"] <= 3


def test_a_context_that_is_too_small_can_be_made_larger(program: Guest) -> None:
    context = program.ready("the inner", CONFIG)
    assert program.configure(context, {"ctx-size": 1}) == Errno.RUNTIME_ERROR
    assert program.set(context, b"the inner") == Errno.INVALID_ARGUMENT
    assert program.configure(context, {"ctx-size": 512}) == 0
    assert program.set(context, b"the inner") == 0
    assert program.call("compute", context) == 0


@pytest.mark.parametrize(
    ("config", "alike"),
    [
        ({"rope-freq-scale": 0.05}, False),
        ({"rope-freq-base": 10.0}, False),
        ({"rope-freq-base": 10_000.0, "rope-freq-scale": 1.0}, True),
        ({"cache-type-k": 0, "cache-type-v": 0, "flash-attn": "off", "no-kv-offload": True}, True),
        ({"split-mode": "none", "main-gpu": -(2**40), "tensor-split": "3,2"}, True),
    ],
)
def test_how_a_model_is_loaded_is_as_the_program_says(
    config: dict[str, object], alike: bool, program: Guest
) -> None:
    texts = []
    for more in ({}, config):
        _, graph = program.load(config={**CONFIG, "grammar": "root ::= [a-z]+", "n-predict": 16, **more})
        _, context = program.context(graph)
        assert program.set(context, b"the inner otter winters in the north") == 0
        assert program.call("compute", context) == 0
        texts.append(program.get(context)[1])
        assert len(texts[-1]) >= 16
        assert program.call("unload", graph) == 0
    assert (texts[0] == texts[1]) == alike


def test_what_cannot_be_loaded_so_is_an_error(program: Guest) -> None:
    """The rows of the tiny model are too short for blocks of eight bits."""
    context = program.ready("the inner", CONFIG)
    assert program.configure(context, {"cache-type-k": 8}) == Errno.RUNTIME_ERROR
    assert program.configure(context, {"cache-type-k": 1}) == 0


def test_an_embedding_is_as_wide_as_the_model(program: Guest) -> None:
    context = program.ready("the inner", {**CONFIG, "embedding": True})
    assert program.call("compute", context) == 0
    told = json.loads(program.get(context, room=81_920)[1])
    assert told["n_embedding"] == len(told["embedding"]) == 64


def test_only_what_is_about_loading_loads_anew(program: Guest, ggml: GgmlModels) -> None:
    context = program.ready("the inner", CONFIG)
    pid = _pid(ggml)
    assert program.configure(context, {"temp": 0.5, "n-predict": 3, "seed": -1}) == 0
    assert _pid(ggml) == pid
    assert program.configure(context, {"ctx-size": 1024}) == 0
    assert _pid(ggml) != pid
    assert ggml._open[0].context == 1024
    assert program.call("compute", context) == 0


def test_a_context_size_of_nought_is_the_models_own(program: Guest, ggml: GgmlModels) -> None:
    program.ready("the inner", {**CONFIG, "ctx-size": 0})
    assert ggml._open[0].context == 8192


def test_no_program_gets_more_context_than_it_may(tiny: Path) -> None:
    bounded = GgmlModels({"default": tiny}, most_context=512)
    with guest(bounded) as program:
        program.ready("the inner", {**CONFIG, "ctx-size": 2**62})
        assert bounded._open[0].context == 512


def test_models_are_gone_with_their_program(tiny: Path) -> None:
    ggml = GgmlModels({"default": tiny})
    with guest(ggml) as program:
        program.ready("the inner", CONFIG)
        assert program.call("compute_single", 0) == 0
        assert len(ggml._open) == 1
        assert program.call("unload", 0) == 0
        assert not ggml._open
        assert program.load(config=CONFIG)[0] == 0
    assert not ggml._open


def test_a_model_without_a_file_or_that_is_none_is_told(program: Guest, tmp_path: Path) -> None:
    assert program.load("gone")[0] == Errno.MODEL_NOT_FOUND
    (tmp_path / "text.gguf").write_text("no model")
    with guest(GgmlModels({"text": tmp_path / "text.gguf"})) as other:
        assert other.load("text")[0] == Errno.INVALID_ARGUMENT


def test_paths_are_taken_where_they_are_granted(program: Guest, ggml: GgmlModels, tiny: Path) -> None:
    granted = ggml._granted[0]
    config = json.dumps(CONFIG).encode()
    assert program.load_builders(b"preload:" + bytes(granted), config)[0] == 0
    assert program.load_builders(b"preload:" + bytes(tiny), config)[0] == 0  # it has a name already
    for path in (bytes(granted.parent / "other.gguf"), b"/etc/passwd", b"", b"\0", b"x" * 5000):
        assert program.load_builders(b"preload:" + path, config)[0] == Errno.MODEL_NOT_FOUND


def test_a_model_may_come_along(program: Guest, ggml: GgmlModels, tiny: Path) -> None:
    errno, graph = program.load_builders(tiny.read_bytes(), json.dumps(CONFIG).encode())
    assert errno == 0
    _, context = program.context(graph)
    assert program.set(context, b"the inner") == 0
    assert program.configure(context, {"ctx-size": 1024}) == 0  # its file is still there
    assert program.call("compute", context) == 0
    (kept,) = ggml._open
    assert kept._path.exists()
    assert program.call("unload", graph) == 0
    assert not kept._path.exists()
    assert program.load_builders(b"no model", b"{}")[0] == Errno.INVALID_ARGUMENT
    assert not ggml._open
    assert ggml._room
    assert not list(Path(ggml._room.name).iterdir())


def test_whoever_has_no_time_left_gets_no_answer(tiny: Path) -> None:
    ggml = GgmlModels({"default": tiny})
    with guest(ggml) as program:
        context = program.ready("the inner", {**CONFIG, "n-predict": -1})
        program.session.deadline = time.monotonic() + 0.01
        assert program.call("compute", context) == Errno.BUSY


def test_a_graph_that_is_closed_says_so(tiny: Path) -> None:
    ggml = GgmlModels({"default": tiny})
    graph = ggml.open("default", CONFIG)
    ggml.close()
    with pytest.raises(NNError, match="not loaded"):
        graph.tokenize("x")
