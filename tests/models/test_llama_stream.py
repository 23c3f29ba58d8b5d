"""An answer as it is made: piece by piece, stopped when nobody wants it, asked for again when it is lost."""

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError
from bot.models.llama.gguf import Gguf
from bot.models.llama.process import Patience
from bot.models.llama.stream import RunningGeneration
from bot.models.llama.supervisor import Supervisor
from tests.gguf_models import make_model

PROMPT = "<|im_start|>user\nhello<|im_end|>\n"
GREEDY = {"temp": 0.0, "seed": 1}


@pytest.fixture
def model(tiny: Path) -> Iterator[Supervisor]:
    supervisor = Supervisor("tiny", Gguf(tiny, context=4096), Patience(load=60, silence=5, grace=30))
    yield supervisor
    supervisor.close()


def _end() -> float:
    return time.monotonic() + 60


def _pieces(generation: RunningGeneration) -> list[bytes]:
    return list(iter(generation.next, None))


def _said(model: Supervisor, **options: object) -> str:
    generation = model.generate(PROMPT, {**GREEDY, **options}, _end(), stream=False)
    assert generation.next() is None
    assert generation.result
    return generation.result.text


def test_an_answer_comes_in_pieces(model: Supervisor) -> None:
    generation = model.generate(PROMPT, {**GREEDY, "n-predict": 40}, _end())

    pieces = _pieces(generation)

    assert len(pieces) > 3
    assert generation.result
    assert b"".join(pieces).decode() == generation.result.text == _said(model, **{"n-predict": 40})
    assert (generation.result.finish, generation.result.output, generation.tokens) == ("length", 40, 40)
    # "er" is one token, and so are the marks around.
    assert generation.result.input == model.tokens(PROMPT, special=True) == len("us\nhello") + 4
    assert generation.next() is None


def test_special_tokens_are_text_unless_they_are_asked_for(model: Supervisor) -> None:
    assert model.tokens("<|im_end|>", special=True) == 1
    assert model.tokens("<|im_end|>", special=False) == len("<|im_end|>")


def test_an_answer_ends_with_the_context_or_where_it_is_told_to(model: Supervisor) -> None:
    whole = _said(model, **{"n-predict": 60})
    mark = next(letter for letter in whole[5:] if letter.isascii())

    long = model.generate("x" * 4000, GREEDY, _end())
    _pieces(long)
    short = model.generate(PROMPT, {**GREEDY, "n-predict": 60, "stop": [mark]}, _end())
    said = b"".join(_pieces(short)).decode()

    assert long.result and long.result.finish == "limit"  # noqa: PT018
    assert long.result.input + long.result.output == 4096
    assert short.result and short.result.finish == "stop"  # noqa: PT018
    assert said == whole[: whole.index(mark)]


def test_a_grammar_is_obeyed(model: Supervisor) -> None:
    assert _said(model, grammar='root ::= "yes" | "no"') in ("yes", "no")
    assert _said(model, **{"json-schema": {"const": 17}}) == "17"


@pytest.mark.parametrize(
    ("prompt", "options", "code", "names"),
    [
        (PROMPT, {"grammar": "root ::= ("}, "invalid-argument", "grammar"),
        (
            PROMPT,
            {"grammar": 'root ::= "x"', "json-schema": {"const": 1}},
            "invalid-argument",
            "use one of them",
        ),
        ([1, 999_999], {}, "invalid-argument", "invalid tokens"),
        ("x" * 5000, {}, "too-large", "4096"),
    ],
)
def test_what_cannot_be_generated_is_refused(
    model: Supervisor, prompt: str | list[int], options: dict[str, object], code: str, names: str
) -> None:
    generation = model.generate(prompt, {**GREEDY, **options}, _end())

    with pytest.raises(NNError, match=names) as caught:
        generation.next()

    assert caught.value.code == code
    assert model.stats().refused == 1
    assert _said(model, **{"n-predict": 1})


def test_an_answer_that_nobody_wants_frees_its_slot(model: Supervisor) -> None:
    """There is one slot: the second answer begins when the first has ended."""
    endless = model.generate(PROMPT, GREEDY, _end())
    assert endless.next()

    endless.close()

    assert _said(model, **{"n-predict": 3})
    with pytest.raises(NNError, match="cancelled"):
        _pieces(endless)
    assert endless.tokens < 4000


def test_a_question_is_cancelled_while_its_prompt_is_read(tmp_path: Path) -> None:
    """The prompt takes hundreds of batches to read; the next question begins when it is no longer read."""
    path = make_model(tmp_path / "long.gguf", context=65_536)
    model = Supervisor("long", Gguf(path, context=32_768), Patience())
    failures: list[NNError] = []

    def read() -> None:
        with pytest.raises(NNError, match="cancelled") as caught:
            reading.next()
        failures.append(caught.value)

    try:
        reading = model.generate("x" * 30_000, GREEDY, _end())
        thread = threading.Thread(target=read)
        thread.start()
        while reading.read == 0:
            time.sleep(0.001)
        reading.close()

        assert _said(model, **{"n-predict": 1})
        thread.join()
        assert failures
        assert 0 < reading.read < 30_000
    finally:
        model.close()


def test_a_cancelled_question_is_over_at_once(model: Supervisor) -> None:
    model.start()
    cancelled = CancellationToken()
    failures: list[str] = []

    def ask() -> None:
        fields = {"prompt": PROMPT, "options": GREEDY, "stream": False}
        try:
            model.ask("generate", _end(), fields, cancelled)
        except NNError as error:
            failures.append(f"{error.code}: {error}")

    thread = threading.Thread(target=ask)
    thread.start()
    while not model.stats().running:
        time.sleep(0.001)
    cancelled.set()
    thread.join()

    assert failures == ["timeout: the question was cancelled"]
    assert _said(model, **{"n-predict": 1})


def test_a_turn_is_waited_for_until_it_is_cancelled(model: Supervisor) -> None:
    under_way = model.generate(PROMPT, GREEDY, _end())
    assert under_way.next()
    cancelled = CancellationToken()
    cancelled.set()

    with pytest.raises(NNError, match="cancelled while it was queued"):
        model.generate(PROMPT, GREEDY, _end(), cancelled=cancelled)
    under_way.close()


def test_a_model_that_is_being_loaded_is_waited_for_no_longer_than_there_is_time(model: Supervisor) -> None:
    with model._starting, pytest.raises(NNError, match="still loading") as caught:
        model.generate(PROMPT, GREEDY, time.monotonic() - 1)

    assert caught.value.code == "timeout"
    assert _said(model, **{"n-predict": 1})


def test_an_answer_is_asked_for_again_unless_some_of_it_was_given_out(model: Supervisor) -> None:
    undisturbed = _said(model, **{"n-predict": 500})
    assert model.pid

    fresh = model.generate(PROMPT, {**GREEDY, "n-predict": 500}, _end(), stream=False)
    os.kill(model.pid, signal.SIGKILL)
    assert fresh.next() is None
    assert fresh.result
    assert fresh.result.text == undisturbed

    begun = model.generate(PROMPT, GREEDY, _end())
    assert begun.next()
    os.kill(model.pid, signal.SIGKILL)
    with pytest.raises(NNError, match="SIGKILL"):
        _pieces(begun)


def test_texts_are_embedded_by_a_model_that_was_loaded_for_it(tiny: Path, model: Supervisor) -> None:
    embedding = Supervisor("tiny", Gguf(tiny, context=4096, embedding=True), Patience())
    try:
        one, other = embedding.embed("the inner", _end()), embedding.embed("hello", _end())
        assert len(one) == 64
        assert one != other
        with pytest.raises(NNError) as long:
            embedding.embed("x" * 4090, _end())
        assert long.value.code == "too-large"
    finally:
        embedding.close()

    with pytest.raises(NNError, match="does not support embeddings") as caught:
        model.embed("hello", _end())
    assert caught.value.code == "unsupported-operation"


def test_a_loaded_model_tells_about_itself(model: Supervisor) -> None:
    assert model.about == {}
    model.start()

    about = model.about
    assert (about["context"], about["slots"], about["train_context"]) == (4096, 1, 8192)
    assert about["build"] > 0
    assert isinstance(about["commit"], str)
    assert "im_start" in about["template"]


def test_a_prompt_that_begins_like_the_last_one_is_not_read_again(model: Supervisor) -> None:
    """As reviews do: the same instructions, then another diff."""
    shared = "<|im_start|>system\n" + "Review it well. " * 60 + "<|im_end|>\n<|im_start|>user\n"

    def ask(diff: str) -> RunningGeneration:
        generation = model.generate(shared + diff, {**GREEDY, "n-predict": 2}, _end())
        _pieces(generation)
        return generation

    first, second = ask("one diff").result, ask("another diff").result

    assert first and second  # noqa: PT018
    assert first.cached == 0
    assert second.cached >= model.tokens(shared, special=True) - 1
    assert model.stats().cached == second.cached
    assert model.stats().answered == 2
