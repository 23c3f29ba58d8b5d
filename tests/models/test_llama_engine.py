"""A GGUF model as reviews ask it: engine, module in its sandbox, WASI-NN, llama.cpp."""

import asyncio
import json
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest

from bot.core.cancellation import CancellationToken
from bot.core.errors import EngineFailure
from bot.core.llm.messages import (
    Completion,
    Enforcement,
    FailureKind,
    Finish,
    Message,
    Model,
    Request,
    Role,
    Usage,
)
from bot.models.llama.backend import LlamaBackend
from bot.models.llama.child.answer_prefix import opened
from bot.models.llama.engine import LlamaEngine
from bot.models.llama.gguf import Gguf
from bot.models.llama.profiled import ProfiledBackend, ProfiledGguf, usual
from bot.models.profiles import Profile, names, profile_for
from bot.models.token_counting import estimate
from bot.sandbox import Sandbox
from bot.sandbox.llama_module import LlamaModule
from tests.gguf_models import CHATML, make_model
from tests.models.conftest import MODULES

SCHEMA = {
    "type": "object",
    "properties": {"purpose": {"type": "string", "maxLength": 40}, "effort": {"enum": [1, 2, 3]}},
    "required": ["purpose", "effort"],
    "additionalProperties": False,
}
MODEL = Model(name="tiny", context=4096, answer=1024)


def _request(text: str = "+the inner\n", answer: int = 600, format_: str | None = None) -> Request:
    messages = (Message(role=Role.SYSTEM, text="You review."), Message(role=Role.USER, text=text))
    return Request(id="chunk/1", messages=messages, format=format_, answer=answer)


def _engine(sandbox: Sandbox, path: Path, model: Model = MODEL) -> LlamaEngine:
    backend = LlamaBackend({"tiny": Gguf(path, context=model.context)})
    module = LlamaModule(sandbox, MODULES / "llama-integration.wasm", backend, 60)
    return LlamaEngine(module, backend, model)


@pytest.fixture
async def engine(sandbox: Sandbox, tiny: Path) -> AsyncIterator[LlamaEngine]:
    made = _engine(sandbox, tiny)
    yield made
    await made.aclose()


async def _failure(engine: LlamaEngine, request: Request) -> EngineFailure:
    with pytest.raises(EngineFailure) as caught:
        await engine.complete(request)
    return caught.value


async def test_an_answer_fits_its_schema(engine: LlamaEngine) -> None:
    completion = await engine.complete(_request(format_=json.dumps(SCHEMA)))

    assert completion.finish == Finish.STOP
    assert completion.model == "tiny"
    assert completion.usage.prompt > 0
    jsonschema.validate(json.loads(completion.text), SCHEMA)


async def test_an_answer_keeps_to_its_tokens(engine: LlamaEngine) -> None:
    completion = await engine.complete(_request(answer=5))

    assert (completion.finish, completion.usage.answer) == (Finish.LENGTH, 5)


async def test_a_prompt_that_is_too_long_says_so(engine: LlamaEngine) -> None:
    assert (await _failure(engine, _request("x" * 5000))).kind == FailureKind.CONTEXT


async def test_many_questions_at_once_are_all_answered(engine: LlamaEngine) -> None:
    asked = [engine.complete(_request(f"+line {number}\n", answer=20)) for number in range(10)]

    assert all(completion.text for completion in await asyncio.gather(*asked))


async def test_tokens_are_the_models_own_and_estimated_before_it_is_loaded(engine: LlamaEngine) -> None:
    before = engine.count("the inner")
    await engine.start()

    assert before == estimate("the inner")
    assert engine.count("the inner") == 6  # th, e, space, in, n, er
    assert engine.count("") == 0
    assert engine.count("the inner" * 10_000) == len("the inner" * 10_000) + 1  # cannot fit


async def test_what_fits_by_the_count_fits_the_model(engine: LlamaEngine) -> None:
    await engine.start()
    system, text = "You review.", "the inner thing on "
    while engine.count(system) + engine.count(text + text) <= engine.model.context - 1:
        text += text
    room = engine.model.context - engine.count(system) - engine.count(text)
    text += "x" * room

    completion = await engine.complete(_request(text, answer=1))

    assert completion.usage.prompt <= MODEL.context
    assert engine.count(system) + engine.count(text) == engine.model.context


async def test_the_context_is_the_loaded_models(sandbox: Sandbox, tmp_path: Path) -> None:
    engine = _engine(sandbox, make_model(tmp_path / "short.gguf", context=2048))
    try:
        before = engine.model.context
        await engine.start()

        assert (before, engine.model.context) == (4096 - 64, 2048 - 64)
    finally:
        await engine.aclose()


async def test_a_model_that_is_not_there_is_refused_with_what_to_do(sandbox: Sandbox, tmp_path: Path) -> None:
    failure = await _failure(_engine(sandbox, tmp_path / "none.gguf"), _request())

    assert failure.kind == FailureKind.REFUSED
    assert f"{tmp_path / 'none.gguf'}: No such file" in str(failure)


async def test_nothing_leaves_this_machine(engine: LlamaEngine) -> None:
    assert engine.local


class Grammarless:
    """A module whose model knows no schemas."""

    def __init__(self) -> None:
        self.asked: list[Enforcement] = []

    def complete(
        self, request: Request, model: Model, cancelled: CancellationToken | None = None
    ) -> Completion:
        self.asked.append(model.enforcement)
        raise EngineFailure(FailureKind.UNSUPPORTED, "no grammar")


class Waiting:
    """A module that is at work until it is told to stop."""

    def __init__(self) -> None:
        self.began, self.stopped = threading.Event(), threading.Event()

    def complete(
        self, request: Request, model: Model, cancelled: CancellationToken | None = None
    ) -> Completion:
        self.began.set()
        if cancelled and cancelled.wait(30):
            self.stopped.set()
        raise EngineFailure(FailureKind.UNAVAILABLE, "stopped")


async def test_a_question_that_nobody_waits_for_is_stopped(tiny: Path) -> None:
    module = Waiting()
    engine = LlamaEngine(module, LlamaBackend({"tiny": Gguf(tiny, context=1024)}), MODEL)
    asking = asyncio.create_task(engine.complete(_request()))
    await asyncio.to_thread(module.began.wait, 30)

    asking.cancel()

    assert await asyncio.to_thread(module.stopped.wait, 30)
    with pytest.raises(asyncio.CancelledError):
        await asking
    await engine.aclose()


async def test_a_model_without_schemas_is_asked_for_less(tiny: Path) -> None:
    module = Grammarless()
    engine = LlamaEngine(module, LlamaBackend({"tiny": Gguf(tiny, context=1024)}), MODEL)
    try:
        failure = await _failure(engine, _request(format_=json.dumps(SCHEMA)))
        assert failure.kind == FailureKind.UNSUPPORTED
        assert module.asked == [Enforcement.SCHEMA, Enforcement.OBJECT, Enforcement.PROMPT]
    finally:
        await engine.aclose()


LONG = {
    "type": "object",
    "properties": {
        "purpose": {"type": "string", "maxLength": 300},
        "risks": {"type": "array", "maxItems": 8, "items": {"type": "string", "maxLength": 120}},
    },
    "required": ["purpose", "risks"],
    "additionalProperties": False,
}


@pytest.mark.parametrize("tokens", [40, 90, 200, 600])
async def test_an_answer_fits_or_is_said_to_be_cut_however_few_tokens_it_has(
    engine: LlamaEngine, tokens: int
) -> None:
    completion = await engine.complete(_request(answer=tokens, format_=json.dumps(LONG)))

    if completion.finish == Finish.STOP:
        jsonschema.validate(json.loads(completion.text), LONG)
    assert completion.finish in (Finish.STOP, Finish.LENGTH)


async def test_a_schema_that_is_too_much_for_the_tokens_is_cut_to_size(engine: LlamaEngine) -> None:
    """The model says as much as it may: only a smaller schema makes it end."""
    completion = await engine.complete(_request(answer=200, format_=json.dumps(LONG)))

    assert completion.finish == Finish.STOP
    assert completion.usage.answer > 200  # asked more than once


async def test_a_schema_that_llama_cpp_would_pass_over_is_refused(engine: LlamaEngine) -> None:
    failure = await _failure(
        engine, _request(format_='{"type": "object", "properties": {"a": {"$ref": "#"}}}')
    )

    assert failure.kind == FailureKind.REFUSED
    assert "'$ref'" in str(failure)


class Wordy:
    """A module whose model thinks aloud, and remembers how many questions it had at once."""

    def __init__(self) -> None:
        self.under_way = self.most = 0

    def complete(
        self, request: Request, model: Model, cancelled: CancellationToken | None = None
    ) -> Completion:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        time.sleep(0.02)
        self.under_way -= 1
        text = '<think>{"purpose": ""}</think>\n{"purpose": "x", "effort": 1}'
        return Completion(text=text, finish=Finish.STOP, usage=Usage(prompt=1, answer=1), model="tiny")


async def test_a_profile_cuts_thoughts_away_and_asks_one_question_at_a_time(tiny: Path) -> None:
    module = Wordy()
    profile = Profile(name="deepseek-r1", family="DeepSeek", thinking="strip", at_once=1)
    backend = LlamaBackend({"tiny": Gguf(tiny, context=1024, slots=4)})
    engine = LlamaEngine(module, backend, MODEL, profile)
    try:
        asked = [engine.complete(_request(format_=json.dumps(SCHEMA))) for _ in range(6)]
        completions = await asyncio.gather(*asked)
    finally:
        await engine.aclose()

    assert {completion.text for completion in completions} == {'{"purpose": "x", "effort": 1}'}
    assert module.most == 1


BUILTIN = sorted({profile_for("m", wanted=name).builtin or "chatml" for name in names()})
THINKING = CHATML.replace(
    "assistant\n",
    "assistant\n{% if enable_thinking is defined and not enable_thinking %}no thoughts{% endif %}",
)


async def _prompt(
    sandbox: Sandbox, path: Path, profile: Profile, format_: str | None = None, *, has_template: bool = True
) -> int:
    """Tokens of a prompt to a model with that profile."""
    gguf = ProfiledGguf(path, context=2048, profile=profile, has_template=has_template)
    backend = ProfiledBackend("tiny", gguf)
    module = LlamaModule(sandbox, MODULES / "llama-integration.wasm", backend, 60)
    engine = LlamaEngine(module, backend, MODEL, profile)
    try:
        return (await engine.complete(_request(answer=600, format_=format_))).usage.prompt
    finally:
        await engine.aclose()


async def test_a_profile_tells_the_chat_template_and_begins_the_answer(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    path = make_model(tmp_path / "thinking.gguf", template=THINKING)
    plain = Profile(name="plain", family="unknown")
    quiet = plain.model_copy(update={"template_args": {"enable_thinking": False}})
    begun = plain.model_copy(update={"opening": "{{{"})
    bare = await _prompt(sandbox, path, plain, None)

    assert await _prompt(sandbox, path, quiet, None) == bare + 10  # "th" is one token
    assert await _prompt(sandbox, path, begun, None) == bare  # without a schema it may think
    schema = json.dumps({"const": 1})
    assert await _prompt(sandbox, path, begun, schema) == await _prompt(sandbox, path, plain, schema) + 3


@pytest.mark.parametrize("builtin", BUILTIN)
async def test_a_file_without_a_template_gets_the_familys(sandbox: Sandbox, tiny: Path, builtin: str) -> None:
    profile = Profile(name="plain", family="unknown", builtin=builtin)

    prompt = await _prompt(sandbox, tiny, profile, has_template=False)

    assert prompt > len("You review.") + len("+the inner\n")  # not the mere name of the template


@pytest.mark.parametrize(
    ("prompt", "begun"),
    [
        ("user: x assistant: ", "user: x assistant: <think>\n\n</think>\n\n"),
        ("user: x assistant: <think>\n", "user: x assistant: <think>\n\n\n</think>\n\n"),
        (["user: ", 7, 8], ["user: ", 7, 8, "<think>\n\n</think>\n\n"]),
        ([7, "assistant: <think>"], [7, "assistant: <think>", "\n\n</think>\n\n"]),
    ],
)
def test_an_answer_is_begun_once(prompt: str | list[str | int], begun: object) -> None:
    assert opened(prompt, "<think>\n\n</think>\n\n") == begun
    assert opened(prompt, "") == prompt


def test_a_profile_s_options_are_a_graph_s_configuration() -> None:
    assert json.loads(usual(profile_for("deepseek-r1-distill-qwen-7b"))) == {"top-p": 0.95}
    assert json.loads(usual(profile_for("llama-3.1-8b"))) == {"stop": ["<|eot_id|>", "<|end_of_text|>"]}
    assert usual(profile_for("unknown")) == b""
