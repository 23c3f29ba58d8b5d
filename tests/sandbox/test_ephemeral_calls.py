"""What programs for WasmEdge's GGML plugin do, call by call, against a model that says what it should."""

import json
import struct

import pytest
import wasmtime

from bot.core.errors import ModuleError
from bot.sandbox.ephemeral import session
from bot.sandbox.ephemeral.errno import Errno
from bot.sandbox.ephemeral.functions import UNTOLD_ROOM
from tests.sandbox.ephemeral_guest import PAGE, ROOM, U8_BEFORE, Guest, ToyGraph, Toys, guest, wat

SAID = b"It rusts.<|im_end|>"
KEYS = ["input_tokens", "output_tokens", "llama_build_number", "llama_commit"]


def test_a_prompt_is_answered_in_one_go() -> None:
    toys = Toys()
    with guest(toys) as program:
        config = {"ctx-size": 1024, "enable-log": False, "llama3": False, "n-gpu-layers": 0}
        context = program.ready("What is Rust?", config)
        before = program.metadata(context)
        assert program.call("compute", context) == 0

        assert program.get(context) == (0, SAID)
        assert list(before) == KEYS
        assert (before["input_tokens"], before["output_tokens"]) == (3, 0)
        assert (before["llama_build_number"], before["llama_commit"]) == (4242, "c0ffee")
        assert program.metadata(context)["output_tokens"] == 4
    assert toys.opened[0].config == {"ctx-size": 1024, "enable-log": False, "n-gpu-layers": 0}
    assert toys.opened[0].asked == [("What is Rust?", {**toys.opened[0].config, "n-predict": -1})]
    assert toys.opened[0].closed


def test_a_configuration_is_set_between_context_and_prompt() -> None:
    toys = Toys()
    with guest(toys) as program:
        _, graph = program.load()
        _, context = program.context(graph)
        config = {"enable-log": False, "ctx-size": 0, "n-predict": 2, "n-gpu-layers": 100, "batch-size": 4096}
        assert program.configure(context, config) == 0
        assert program.set(context, b"What is Rust?") == 0
        assert program.call("compute", context) == 0
        assert program.get(context) == (0, b"It rusts")
    assert toys.opened[0].config["n-gpu-layers"] == 100
    assert "n-predict" not in toys.opened[0].config  # a context's own


def test_tokens_come_one_by_one_until_there_are_no_more() -> None:
    with guest(Toys()) as program:
        context = program.ready()
        pieces = []
        while (errno := program.call("compute_single", context)) == 0:
            pieces.append(program.get(context, single="_single")[1])
        assert errno == Errno.END_OF_SEQUENCE
        assert pieces == [b"It ", b"rusts", b"."]
        assert program.get(context, single="_single") == (0, b"<|im_end|>")  # which chats leave where it is
        assert program.get(context) == (0, SAID)
        assert program.call("compute_single", context) == Errno.END_OF_SEQUENCE
        assert json.loads(program.get(context, 1, single="_single")[1])["output_tokens"] == 4

        assert program.call("fini_single", context) == 0
        assert program.get(context, single="_single") == (0, b"")
        assert program.set(context, b"And now?") == 0
        assert program.call("compute_single", context) == 0


def test_a_chat_that_gives_no_room_is_answered_all_the_same() -> None:
    """llama-chat's order of calls, with the buffers of LlamaEdge: their capacity is not told."""
    with guest(Toys()) as program:
        _, graph = program.load(config={"n-predict": -1, "embedding": False, "temp": 1, "top-p": 0.9})
        _, context = program.context(graph)
        assert json.loads(program.get(context, 1, room=0)[1])["input_tokens"] == 0
        assert program.set(context, b"<|im_start|>user What is Rust?") == 0
        assert json.loads(program.get(context, 1, room=0)[1])["input_tokens"] == 4
        assert program.configure(context, {"n-predict": 410, "grammar": "", "include_usage": True}) == 0
        assert program.set(context, b"<|im_start|>user What is Rust?") == 0
        said = b""
        while (errno := program.call("compute_single", context)) == 0:
            said += program.get(context, room=0, single="_single")[1]
        assert errno == Errno.END_OF_SEQUENCE
        assert said == b"It rusts."
        assert program.call("fini_single", context) == 0


def test_what_has_no_room_is_cut_at_the_room_of_the_programs_that_do_so() -> None:
    long = ToyGraph(pieces=[b"x" * 200_000, b"y" * 200_000])
    with guest(Toys(default=long), pages=8) as program:
        context = program.ready()
        assert program.call("compute", context) == 0
        out, written = program.put(b""), 512
        assert program.call("get_output", context, 0, out, 0, written) == 0
        assert program.word(written) == UNTOLD_ROOM
        assert program.read(out, 3) == b"xxx"


def test_who_asks_for_nothing_at_no_place_learns_the_size() -> None:
    with guest(Toys()) as program:
        context = program.ready()
        assert program.call("compute", context) == 0
        for nowhere in (0, 1, 8):
            assert program.call("get_output", context, 0, nowhere, 0, 512) == Errno.TOO_LARGE
            assert program.word(512) == len(SAID)
        assert program.read(0, 16) == b"\0" * 16


def test_a_buffer_that_is_too_small_is_filled_and_the_size_told() -> None:
    with guest(Toys()) as program:
        context = program.ready()
        assert program.call("compute", context) == 0
        out = program.put(b"#" * 16)
        assert program.call("get_output", context, 0, out, 4, 512) == Errno.TOO_LARGE
        assert program.word(512) == len(SAID)
        assert program.read(out, 6) == b"It r##"


def test_a_loaded_model_is_loaded_once_and_stays_as_it_is() -> None:
    toys = Toys()
    with guest(toys) as program:
        assert program.load(config={"temp": 0.5}) == (0, 0)
        assert program.load(config={"temp": 0.9}) == (0, 0)
        assert program.load(config=b"no JSON") == (0, 0)
        assert program.load() == (0, 0)
    assert [graph.config for graph in toys.opened] == [{"temp": 0.5}]


def test_unloaded_and_loaded_again_it_takes_the_new_configuration() -> None:
    toys = Toys()
    with guest(toys) as program:
        for round_ in range(5):
            assert program.load(config={"ctx-size": 512 + round_}) == (0, round_)
            _, context = program.context(round_)
            assert toys.opened[-1].config == {"ctx-size": 512 + round_}
            assert program.call("unload", round_) == 0
            assert toys.opened[-1].closed
            assert program.call("compute", context) == Errno.INVALID_ARGUMENT
            assert program.call("unload", round_) == Errno.INVALID_ARGUMENT
            assert program.context(round_)[0] == Errno.INVALID_ARGUMENT


def test_a_prompt_replaces_the_one_before() -> None:
    toys = Toys()
    with guest(toys) as program:
        context = program.ready("one two three")
        assert program.set(context, b"four five") == 0
        assert program.metadata(context)["input_tokens"] == 2
        assert program.call("compute", context) == 0
        assert program.call("compute", context) == 0
        assert program.get(context) == (0, SAID)
    assert [prompt for prompt, _ in toys.opened[0].asked] == ["four five", "four five"]


def test_a_new_prompt_ends_what_was_being_said() -> None:
    toys = Toys()
    with guest(toys) as program:
        context = program.ready()
        assert program.call("compute_single", context) == 0
        assert program.set(context, b"Stop.") == 0
        assert toys.opened[0].generations[0].closed
        assert program.get(context, single="_single") == (0, b"")


@pytest.mark.parametrize("function", ["compute", "compute_single"])
def test_a_prompt_must_leave_four_tokens(function: str) -> None:
    with guest(Toys()) as program:
        assert program.call(function, program.ready("word " * 60)) == 0
        assert program.set(0, b"word " * 61) == 0
        assert program.call(function, 0) == Errno.PROMPT_TOO_LONG
        assert program.metadata(0)["input_tokens"] == 61


@pytest.mark.parametrize("function", ["compute", "compute_single"])
def test_what_was_said_until_the_context_was_full_can_be_read(function: str) -> None:
    with guest(Toys(default=ToyGraph(finish="limit"))) as program:
        context = program.ready()
        while (errno := program.call(function, context)) == 0:
            pass
        assert errno == Errno.CONTEXT_FULL
        assert program.get(context) == (0, b"It rusts.")


def test_enough_is_no_full_context() -> None:
    with guest(Toys()) as program:
        context = program.ready(config={"n-predict": 2})
        assert [program.call("compute_single", context) for _ in range(3)] == [0, 0, Errno.END_OF_SEQUENCE]
        assert program.configure(context, {"n-predict": 0}) == 0
        assert program.set(context, b"Again") == 0
        assert program.call("compute", context) == 0
        assert program.get(context) == (0, b"")


def test_an_answer_ends_where_the_program_says() -> None:
    toys = Toys()
    with guest(toys) as program:
        context = program.ready(config={"reverse-prompt": "sts"})
        assert program.call("compute", context) == 0
        assert program.get(context) == (0, b"It rusts")
        assert toys.opened[0].generations[0].closed

        assert program.set(context, b"One by one it is not looked for") == 0
        assert [program.call("compute_single", context) for _ in range(3)] == [0] * 3


@pytest.mark.parametrize(("until", "said"), [("us", b"It rusts"), ("t r", b"It rusts"), ("It rusts!", SAID)])
def test_an_answer_ends_where_the_program_says_also_within_a_token(until: str, said: bytes) -> None:
    with guest(Toys()) as program:
        context = program.ready(config={"reverse-prompt": until})
        assert program.call("compute", context) == 0
        assert program.get(context) == (0, said)


def test_what_is_streamed_is_shown_and_stays() -> None:
    with guest(Toys()) as program:
        context = program.ready(config={"stream-stdout": True})
        assert program.call("compute", context) == 0
        assert program.get(context) == (0, SAID)
        assert b"".join(program.said) == SAID
        assert program.set(context, b"One by one nothing is shown") == 0
        assert program.call("compute_single", context) == 0
        assert b"".join(program.said) == SAID


def test_every_input_but_the_configuration_is_the_prompt() -> None:
    with guest(Toys()) as program:
        context = program.ready()
        for index in (2, 7, 0xFFFF_FFFF):
            assert program.set(context, b"word " * (index & 15), index=index) == 0
            assert program.metadata(context)["input_tokens"] == index & 15


IMAGE = 'What is this? <img src="data:image/png;base64,iVBORw0KGgo=">'


@pytest.mark.parametrize(
    ("config", "prompt", "errno"),
    [
        ({}, IMAGE, Errno.INVALID_ARGUMENT),  # as WasmEdge, without a model that sees
        ({"image": "cat.png"}, "What is this?", Errno.INVALID_ARGUMENT),
        ({"mmproj": "eyes.gguf"}, IMAGE, Errno.UNSUPPORTED_OPERATION),
        ({"mmproj": "eyes.gguf", "image": "cat.png"}, "What is this?", Errno.UNSUPPORTED_OPERATION),
        ({"mmproj": "eyes.gguf", "image": ""}, "What is a cat?", 0),
        ({"tts": True, "model-vocoder": "voice.gguf"}, "Meow", Errno.UNSUPPORTED_OPERATION),
        ({"reranking": True}, "Meow", Errno.UNSUPPORTED_OPERATION),
        ({"tts": False, "reranking": False}, "Meow", 0),
    ],
)
def test_what_no_model_can_do_here_is_not_done_as_if_it_could(
    config: dict[str, object], prompt: str, errno: int
) -> None:
    with guest(Toys()) as program:
        _, graph = program.load()
        _, context = program.context(graph)
        assert program.configure(context, config) == 0
        assert program.set(context, prompt.encode()) == errno
        assert program.call("compute", context) == (Errno.INVALID_ARGUMENT if errno else 0)


def test_an_embedding_is_json() -> None:
    with guest(Toys()) as program:
        context = program.ready("two words", {"embedding": True, "batch-size": 2})
        assert program.call("compute", context) == 0
        assert json.loads(program.get(context)[1]) == {"n_embedding": 3, "embedding": [0.5, -1.0, 9.0]}
        assert program.set(context, b"now it's three") == 0
        assert program.call("compute", context) == Errno.PROMPT_TOO_LONG


# ── errors ──────────────────────────────────────────────────────────────────────────────────────


def test_an_unknown_model_and_one_without_a_file_are_told_apart() -> None:
    with guest(Toys(gone=None)) as program:
        assert program.load("unknown")[0] == Errno.NOT_FOUND
        assert program.load("unknown", {})[0] == Errno.NOT_FOUND
        assert program.load("gone")[0] == Errno.MODEL_NOT_FOUND
        assert program.load("gone", {})[0] == Errno.MODEL_NOT_FOUND


@pytest.mark.parametrize(
    ("text", "errno"),
    [
        (b"", 2),
        (b"{", 2),
        (b"\xff{}", 2),
        (b'{"temp": NaN}', 2),
        (b"[" * 100_000, 2),
        (b'{"reverse-prompt": "\\ud800"}', 2),  # half of a character
        (b'{"n-predict": ' + b"1" * 5000 + b"}", 2),
        (b"[]", 1),
        (b'{"n-predict": "7"}', 1),
        (b'{"n-predict": 7.0}', 1),
        (b'{"n-predict": true}', 1),
        (b'{"n-predict": 9223372036854775808}', 1),
        (b'{"temp": "hot"}', 1),
        (b'{"temp": -0.1}', 1),
        (b'{"temp": 1e999}', 1),
        (b'{"embedding": 1}', 1),
        (b'{"grammar": null}', 1),
        (b'{"json-schema": "{"}', 1),
        (b'{"json_schema": {}}', 1),
        (b'{"json-schema": "{\\"a\\": NaN}"}', 1),
        (b'{"json-schema": "' + b'{\\"a\\":' * 970 + b"1" + b"}" * 970 + b'"}', 1),
        (b'{"flash-attn": "maybe"}', 1),
        (b'{"split-mode": "diagonal"}', 1),
        (b'{"tensor-split": "3;2"}', 1),
        (b'{"tensor-split": "1e9"}', 1),
        (b'{"tensor-split": "' + b"1," * 16 + b'1"}', 1),
        (b'{"cache-type-k": 39}', 1),
        (b'{"cache-type-v": "q8_0"}', 1),
        (b'{"tensor-split": "3, 2.5", "split-mode": "row", "cache-type-k": 8, "flash-attn": true}', 0),
        (b'{"temp": 1, "grammar": "", "json_schema": "", "flash-attn": "auto", "new": [{}]}', 0),
    ],
)
def test_a_configuration_is_read_strictly(text: bytes, errno: int) -> None:
    with guest(Toys()) as program:
        assert program.load(config=text)[0] == errno
        _, graph = program.load()
        assert program.set(program.context(graph)[1], text, index=1) == errno


def test_both_spellings_of_a_schema_are_one() -> None:
    toys = Toys()
    with guest(toys) as program:
        program.load(config={"json_schema": '{"type": "object"}'})
    assert toys.opened[0].config == {"json-schema": '{"type": "object"}'}


def test_a_model_that_does_not_take_its_configuration_is_good_for_nothing_more() -> None:
    with guest(Toys(default=ToyGraph(refuses="grammar"))) as program:
        context = program.ready()
        assert program.configure(context, {"grammar": "root ::="}) == Errno.RUNTIME_ERROR
        assert program.call("compute", context) == Errno.INVALID_ARGUMENT
        assert program.context(0)[0] == Errno.INVALID_ARGUMENT
        assert program.call("unload", 0) == 0
        assert program.load() == (0, 1)


def test_a_model_that_takes_its_next_configuration_is_good_again() -> None:
    toys = Toys(default=ToyGraph(refuses="grammar"))
    with guest(toys) as program:
        context = program.ready(config={"temp": 1})
        assert program.configure(context, {"grammar": "root ::="}) == Errno.RUNTIME_ERROR
        assert program.set(context, b"Hello?") == Errno.INVALID_ARGUMENT
        assert program.configure(context, {"temp": 1}) == 0
        assert toys.opened[0].config == {"temp": 1}
        assert program.set(context, b"Hello?") == 0
        assert program.call("compute", context) == 0


def test_without_a_prompt_nothing_is_computed() -> None:
    with guest(Toys()) as program:
        _, graph = program.load()
        _, context = program.context(graph)
        assert program.call("compute", context) == Errno.INVALID_ARGUMENT
        assert program.call("compute_single", context) == Errno.INVALID_ARGUMENT
        assert program.get(context) == (0, b"")
        assert program.get(context, 2)[0] == Errno.INVALID_ARGUMENT


def test_a_context_that_is_given_up_is_gone() -> None:
    with guest(Toys()) as program:
        context = program.ready()
        assert program.call("finalize_execution_context", context) == 0
        assert program.call("finalize_execution_context", context) == Errno.INVALID_ARGUMENT
        assert program.set(context, b"Hello?") == Errno.INVALID_ARGUMENT
        assert program.get(context)[0] == Errno.INVALID_ARGUMENT
        assert program.context(0) == (0, context + 1)


def test_bytes_of_old_and_new_programs_are_bytes_whatever_the_padding() -> None:
    with guest(Toys()) as program:
        context = program.ready()
        assert program.set(context, b"one", kind=U8_BEFORE) == 0
        assert program.set(context, b"one", kind=0xABCD_EF03) == 0
        assert program.set(context, b"one", kind=1) == Errno.INVALID_ARGUMENT


def test_a_model_speaks_for_one_context_at_a_time() -> None:
    toys = Toys()
    with guest(toys) as program:
        first = program.ready()
        assert program.call("compute_single", first) == 0
        _, second = program.context(0)
        assert program.set(second, b"And me?") == 0
        assert program.call("compute_single", second) == 0
        assert toys.opened[0].generations[0].closed
        assert program.call("compute_single", first) == Errno.BUSY
        assert program.get(first) == (0, b"It ")
        assert program.call("compute_single", second) == 0
        assert program.get(second) == (0, b"It rusts")


def test_a_prompt_that_is_no_utf8_is_still_a_prompt() -> None:
    toys = Toys()
    with guest(toys) as program:
        context = program.ready()
        assert program.set(context, b"caf\xe9") == 0
        assert program.call("compute", context) == 0
    assert toys.opened[0].asked[0][0] == "caf\N{REPLACEMENT CHARACTER}"


# ── load ────────────────────────────────────────────────────────────────────────────────────────


def test_a_model_is_loaded_by_its_path_or_by_its_bytes() -> None:
    toys = Toys()
    toys.files["models/a.gguf"] = ToyGraph()
    with guest(toys) as program:
        assert program.load_builders(b"preload:models/a.gguf", b'{"temp": 0.5}') == (0, 0)
        assert toys.opened[0].config == {"temp": 0.5}
        assert program.load_builders(b"preload:/etc/passwd")[0] == Errno.MODEL_NOT_FOUND
        assert program.load_builders(b"GGUF and so on") == (0, 1)
        assert toys.given == [b"GGUF and so on"]
        assert program.context(1)[0] == 0


def test_load_wants_ggml_and_a_target_that_is_no_auto() -> None:
    with guest(Toys()) as program:
        assert program.load_builders(b"GGUF", target=3)[0] == Errno.INVALID_ARGUMENT
        assert program.load_builders(b"GGUF", target=0xFFFF_FFFF)[0] == Errno.INVALID_ARGUMENT
        assert program.load_builders(b"GGUF", target=2)[0] == 0
        assert program.load_builders(b"GGUF", encoding=0)[0] == Errno.INVALID_ENCODING
        assert program.load_builders(b"GGUF", encoding=5)[0] == 0
        assert program.load_builders()[0] == Errno.INVALID_ARGUMENT


def test_no_model_of_gigabytes_is_copied_out_of_a_program() -> None:
    toys = Toys()
    with guest(toys, pages=40_000) as program:
        builder = program.put(struct.pack("<2I", PAGE, (1 << 31) + 1))
        assert program.call("load", builder, 1, 6, 0, 512) == Errno.TOO_LARGE
    assert not toys.given


def test_models_and_contexts_that_are_held_are_bounded() -> None:
    with guest(Toys()) as program:
        assert [program.load_builders(b"GGUF")[0] for _ in range(17)] == [0] * 16 + [Errno.TOO_LARGE]
        errnos = [program.call("init_execution_context", 0, 512) for _ in range(1001)]
        assert errnos == [0] * 1000 + [Errno.TOO_LARGE]


def test_what_programs_set_is_bounded_all_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes the host's memory, not theirs."""
    monkeypatch.setattr(session, "MOST_HELD", 1_000_000)
    with guest(Toys(), pages=64) as program:
        _, graph = program.load()
        contexts = [program.context(graph)[1] for _ in range(5)]
        errnos = [program.set(context, b"x" * 300_000) for context in contexts]
        assert errnos == [0, 0, 0, Errno.TOO_LARGE, Errno.TOO_LARGE]
        assert program.configure(contexts[3], {"image": "x" * 300_000}) == Errno.TOO_LARGE
        assert program.call("finalize_execution_context", contexts[0]) == 0
        assert program.configure(contexts[3], {"image": "x" * 300_000}) == 0
        assert program.configure(contexts[4], {"grammar": "x" * 300_000}) == Errno.TOO_LARGE
        assert program.call("finalize_execution_context", contexts[3]) == 0
        assert program.configure(contexts[4], {"grammar": "x" * 300_000}) == 0
        assert program.configure(contexts[4], {"grammar": "y" * 300_000}) == Errno.TOO_LARGE


# ── memory ──────────────────────────────────────────────────────────────────────────────────────

BEYOND = [4 * PAGE, 4 * PAGE - 3, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFC, 0xFFFF_FFFF]


@pytest.mark.parametrize("address", BEYOND)
def test_what_does_not_lie_in_memory_is_an_error(address: int) -> None:
    """No negative number, and none that only its end leads out of memory, gets at anything."""
    toys = Toys()
    with guest(toys) as program:
        assert program.call("load_by_name", address, 4, 512) == Errno.INVALID_ARGUMENT
        name = program.put(b"default")
        assert program.call("load_by_name", name, address, 512) == Errno.INVALID_ARGUMENT
        assert program.call("load_by_name", name, 7, address) == Errno.INVALID_ARGUMENT
        assert program.call("load_by_name_with_config", name, 7, address, 4, 512) == Errno.INVALID_ARGUMENT
        assert program.call("load", address, 1, 6, 0, 512) == Errno.INVALID_ARGUMENT
        assert program.call("load", name, 0x2000_0000, 6, 0, 512) == Errno.INVALID_ARGUMENT
        assert not toys.opened
        context = program.ready()
        assert program.call("init_execution_context", 0, address) == Errno.INVALID_ARGUMENT
        assert program.call("set_input", context, 0, address) == Errno.INVALID_ARGUMENT
        tensor = program.put(struct.pack("<5I", 0, 0, 3, address, 4))
        assert program.call("set_input", context, 0, tensor) == Errno.INVALID_ARGUMENT
        assert program.call("compute", context) == 0
        assert program.call("get_output", context, 0, address, 4, 512) == Errno.INVALID_ARGUMENT
        assert program.call("get_output", context, 0, address, 0, 512) == Errno.INVALID_ARGUMENT
        assert program.call("get_output", context, 0, 600, address, 512) == Errno.INVALID_ARGUMENT
        assert program.call("get_output", context, 0, 600, 100, address) == Errno.INVALID_ARGUMENT
        assert program.call("get_output_single", context, 0, address, 4, 512) == Errno.INVALID_ARGUMENT
        assert program.context(0) == (0, 1)  # what could not be told was not made


def test_the_very_end_of_memory_is_memory() -> None:
    with guest(Toys()) as program:
        program.memory.write(program.store, b"default", 4 * PAGE - 11)
        assert program.call("load_by_name", 4 * PAGE - 11, 7, 4 * PAGE - 4) == 0
        assert program.word(4 * PAGE - 4) == 0
        assert program.call("load_by_name", 4 * PAGE, 0, 512) == Errno.NOT_FOUND


def test_what_is_told_may_lie_where_the_output_is() -> None:
    """The number is written last, wherever that is, and nothing beside the two."""
    with guest(Toys()) as program:
        context = program.ready()
        assert program.call("compute", context) == 0
        out = program.put(b"#" * 64)
        for written in (out, out + 3, out + len(SAID) - 2):
            assert program.call("get_output", context, 0, out, 32, written) == 0
            assert program.word(written) == len(SAID)
        assert program.call("get_output", context, 0, out, 0, out) == 0
        assert program.word(out) == len(SAID)
        assert program.read(out + len(SAID) + 2, 40) == b"#" * 40


def test_memory_may_grow_between_calls() -> None:
    with guest(Toys(), pages=1) as program:
        context = program.ready()
        assert program.call("set_input", context, 0, PAGE) == Errno.INVALID_ARGUMENT
        program.memory.grow(program.store, 100)
        program.memory.write(program.store, struct.pack("<5I", 0, 0, 3, 90 * PAGE, 5), PAGE)
        program.memory.write(program.store, b"a b c", 90 * PAGE)
        assert program.call("set_input", context, 0, PAGE) == 0
        assert program.metadata(context)["input_tokens"] == 3
        assert program.call("compute", context) == 0
        assert program.call("get_output", context, 0, 100 * PAGE, ROOM, 512) == 0
        assert program.read(100 * PAGE, len(SAID)) == SAID


@pytest.mark.parametrize("memory", ["", '(export "other")'])
def test_a_program_that_shows_no_memory_is_ended(memory: str) -> None:
    program = Guest(Toys(), wat(memory=memory))
    with pytest.raises((wasmtime.WasmtimeError, wasmtime.Trap)):
        program.call("compute", 0)
    assert isinstance(program.door.error, ModuleError)
    assert "does not export a memory" in str(program.door.error)
