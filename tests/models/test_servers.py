"""A model on a server of the operator's: which server it is, and what is made of what it can do."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import EngineFailure
from bot.core.llm.messages import DetailLevel, Enforcement, FailureKind, Finish, Message, Request, Role
from bot.models.servers.usage import ServerUsage
from bot.models.servers.vllm import loose
from bot.models.token_counting import estimate
from tests.llama_server import llama_server
from tests.models.conftest import Asking
from tests.models.model_servers import VLLM, Ollama

SCHEMA = {
    "type": "object",
    "properties": {"purpose": {"type": "string", "maxLength": 40}, "effort": {"enum": [1, 2, 3]}},
    "required": ["purpose", "effort"],
    "additionalProperties": False,
}
FITTING = '{"purpose": "tests", "effort": 1}'


def _request(text: str = "the inner", answer: int = 60, format_: str | None = None) -> Request:
    messages = (Message(role=Role.USER, text=text),)
    return Request(id="summary", messages=messages, format=format_, answer=answer)


# ── llama.cpp's own server, a real one ──────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def llama_url(tiny: Path) -> Iterator[str]:
    with llama_server(tiny, context=2048) as running:
        yield running


async def test_llama_cpp_tells_its_context_its_slots_and_its_model(asking: Asking, llama_url: str) -> None:
    async with asking(llama_url, key="llama-key") as engine:
        await engine.start()
        found = engine.found

    assert found
    assert ("llama.cpp", 2048, 2, "tiny") == (found.server, found.context, found.slots, found.name)
    assert (2048 - 64, "llama", True) == (engine.model.context, engine.kind, engine.local)


async def test_the_url_may_be_given_without_its_v1(asking: Asking, llama_url: str) -> None:
    async with asking(llama_url.removesuffix("/v1") + "/", key="llama-key") as engine:
        assert "tiny" == (await engine.complete(_request())).model


async def test_llama_cpp_keeps_to_schemas_and_its_times_are_added_up(asking: Asking, llama_url: str) -> None:
    async with asking(llama_url, key="llama-key") as engine:
        completion = await engine.complete(_request(answer=600, format_=json.dumps(SCHEMA)))
        load = engine.load

    jsonschema.validate(json.loads(completion.text), SCHEMA)
    assert Finish.STOP == completion.finish
    assert completion.usage.answer == load.answer_tokens > 0
    assert completion.usage.prompt == load.prompt_tokens + load.cached_tokens
    assert load.prompt_seconds
    assert load.answer_seconds
    assert (True, 2, 0, 0) == (load.up, load.slots, load.busy, load.waiting)


async def test_llama_cpp_counts_exactly(asking: Asking, llama_url: str) -> None:
    async with asking(llama_url, key="llama-key") as engine:
        before = engine.count("wörld <|im_end|>")
        await engine.start()
        counted = await asyncio.to_thread(engine.count, "wörld <|im_end|>")

    assert estimate("wörld <|im_end|>") == before
    assert len("wörld <|im_end|>".encode()) == counted  # the tiny model's tokens are bytes


async def test_a_smaller_context_may_be_wanted_but_no_larger_one(asking: Asking, llama_url: str) -> None:
    async with asking(llama_url, key="llama-key", context=1500) as engine:
        await engine.start()
        small = engine.model
    async with asking(llama_url, key="llama-key", context=100_000, answer=8000) as engine:
        await engine.start()
        large = engine.model

    assert (1500 - 64, 2048 - 64) == (small.context, large.context)
    assert 1024 == large.answer


async def test_a_wrong_key_is_told_by_the_name_of_its_setting(asking: Asking, llama_url: str) -> None:
    async with asking(llama_url, key="wrong-key") as engine:
        with pytest.raises(EngineFailure, match="LLAMA_SERVER_KEY") as caught:
            await engine.complete(_request())

    assert FailureKind.REFUSED == caught.value.kind
    assert "wrong-key" not in str(caught.value)


# ── vLLM, and others ────────────────────────────────────────────────────────────────────────────────


async def test_vllm_tells_its_context_and_what_it_had_cached(asking: Asking) -> None:
    vllm = VLLM(coder=32_768)
    vllm.says = FITTING
    async with asking(vllm.app) as engine:
        await engine.complete(_request(format_=json.dumps(SCHEMA)))
        load, found = engine.load, engine.found

    assert found
    assert ("vLLM", "0.12.0", 32_768 - 64) == (found.server, found.version, engine.model.context)
    assert json.loads(loose(json.dumps(SCHEMA))) == vllm.asked[0]["response_format"]["json_schema"]["schema"]
    assert (4, 16, 2, None) == (
        load.prompt_tokens,
        load.cached_tokens,
        load.answer_tokens,
        load.prompt_seconds,
    )


async def test_vllm_counts_and_is_asked_once_for_each_text(asking: Asking) -> None:
    vllm = VLLM(coder=32_768)
    async with asking(vllm.app) as engine:
        await engine.start()
        counts = [await asyncio.to_thread(engine.count, text) for text in ("four", "four", "", "x" * 600_000)]

    assert [4, 4, 0, 600_001] == counts
    assert 1 == vllm.counted


async def test_a_tokenizer_that_fails_is_left_alone_for_a_while(asking: Asking) -> None:
    vllm = VLLM(coder=32_768)
    vllm.broken = True
    async with asking(vllm.app) as engine:
        await engine.start()
        counts = [await asyncio.to_thread(engine.count, text) for text in ("one two", "three four")]

    assert [estimate("one two"), estimate("three four")] == counts
    assert 1 == vllm.counted


async def test_a_server_that_was_started_anew_with_another_model_is_known_after_the_first_trouble(
    asking: Asking,
) -> None:
    vllm = VLLM(coder=32_768)
    async with asking(vllm.app) as engine:
        await engine.complete(_request())
        vllm.models = {"other": 4096}
        with pytest.raises(EngineFailure, match="does not exist"):
            await engine.complete(_request())
        completion = await engine.complete(_request())

    assert ("other", 4096 - 64) == (completion.model, engine.model.context)


async def test_a_server_that_passes_over_schemas_gets_them_in_words_too(asking: Asking) -> None:
    """What does not fit then may still be read by the review function."""
    vllm = VLLM(coder=32_768)
    vllm.says = '{"purpose": 7}'
    async with asking(vllm.app) as engine:
        first = await engine.complete(_request(format_=json.dumps(SCHEMA)))
        level = engine.enforcement
        await engine.complete(_request(format_=json.dumps(SCHEMA)))
    said = ["must fit this schema" in asked["messages"][-1]["content"] for asked in vllm.asked]

    assert (vllm.says, Enforcement.PROMPT) == (first.text, level)
    assert [False, True, True] == said
    assert all("response_format" in asked for asked in vllm.asked)


async def test_a_family_is_asked_in_its_own_way(asking: Asking) -> None:
    vllm = VLLM(**{"Qwen/Qwen3-8B": 32_768})
    vllm.says = "<think>hm</think>yes"
    async with asking(vllm.app) as engine:
        completion = await engine.complete(_request())
        profile = engine.profile

    assert profile
    assert ("qwen3", "yes", DetailLevel.FULL) == (profile.name, completion.text, engine.model.level)
    assert {"enable_thinking": False} == vllm.asked[0]["chat_template_kwargs"]
    assert profile.temperature == pytest.approx(vllm.asked[0]["temperature"])


async def test_a_small_model_is_asked_simply_unless_the_operator_wants_it_otherwise(asking: Asking) -> None:
    small = {"model_info": {"qwen2.context_length": 32768, "general.parameter_count": 1_500_000_000}}
    async with asking(Ollama(coder_latest=small).app) as engine:
        await engine.start()
        simple = engine.model
    async with asking(
        Ollama(coder_latest=small).app, profile="qwen-coder/full", context=16_384, answer=2000
    ) as engine:
        await engine.start()
        full = engine.model

    assert (DetailLevel.SIMPLE, 8192 - 64, True) == (simple.level, simple.context, simple.answer < 1536)
    assert (DetailLevel.FULL, 16_384 - 64, 2000) == (full.level, full.context, full.answer)


async def test_questions_beyond_its_slots_wait_and_are_counted_as_waiting(asking: Asking) -> None:
    vllm = VLLM(coder=32_768)
    vllm.goes_on.clear()
    async with asking(vllm.app, slots=2) as engine:
        asked = [asyncio.create_task(engine.complete(_request(f"number {n}"))) for n in range(5)]
        for _ in range(2):
            await vllm.arrived.acquire()
        load, reached = engine.load, len(vllm.asked)
        vllm.goes_on.set()
        await asyncio.gather(*asked)
        after = engine.load

    assert (2, 2, 3, 2) == (load.slots, load.busy, load.waiting, reached)
    assert (0, 0, 10) == (after.busy, after.waiting, after.answer_tokens)


async def test_a_server_on_this_machine_is_asked_through_no_proxy(
    asking: Asking, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever runs a proxy would see the code."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    monkeypatch.setenv("no_proxy", "")
    async with asking(VLLM(coder=32_768).app) as engine:
        completion = await engine.complete(_request())
        counted = await asyncio.to_thread(engine.count, "four")

    assert ("fine", 4) == (completion.text, counted)


async def test_a_context_that_is_of_no_use_is_told(asking: Asking) -> None:
    async with asking(VLLM(coder=512).app) as engine:
        with pytest.raises(EngineFailure, match="512 tokens of context per question, but at least 1024"):
            await engine.start()


async def test_what_is_no_model_server_is_told(asking: Asking) -> None:
    async with asking(web.Application()) as engine:
        with pytest.raises(
            EngineFailure, match="lists no model at /v1/models: set LLAMA_SERVER_URL"
        ) as caught:
            await engine.start()

    assert FailureKind.REFUSED == caught.value.kind


async def test_a_server_that_is_away_passes(asking: Asking) -> None:
    async with asking("http://127.0.0.1:9", model="coder") as engine:
        with pytest.raises(EngineFailure, match=r"127.0.0.1:9 cannot be reached") as caught:
            await engine.complete(_request())

    assert (FailureKind.UNAVAILABLE, False, "coder") == (caught.value.kind, engine.load.up, engine.model.name)


async def test_a_server_that_loads_its_model_passes(asking: Asking) -> None:
    async def loading(_request: web.Request) -> web.Response:
        return web.json_response({"error": {"message": "Loading model"}}, status=503)

    app = web.Application()
    app.router.add_get("/props", loading)
    async with asking(app) as engine:
        with pytest.raises(EngineFailure, match="not ready yet") as caught:
            await engine.start()

    assert FailureKind.UNAVAILABLE == caught.value.kind


@pytest.mark.parametrize(
    ("url", "local", "is_local"),
    [
        ("http://127.0.0.1:8000", None, True),
        ("http://gpu.example:8000", None, False),
        ("http://gpu.example:8000", True, True),
        ("http://localhost:8000", False, False),
    ],
)
async def test_a_server_is_local_on_this_machine_or_where_the_operator_says_so(
    asking: Asking, url: str, local: bool | None, is_local: bool
) -> None:
    async with asking(url, local=local) as engine:
        assert is_local == engine.local


@given(
    st.text()
    | st.recursive(
        st.none() | st.floats() | st.text(),
        lambda x: st.dictionaries(
            st.sampled_from(
                ["timings", "usage", "prompt_n", "eval_count", "prompt_tokens_details", "prompt_ms"]
            ),
            x,
        ),
    ).map(json.dumps)
)
def test_whatever_a_server_says_what_it_took_never_shrinks(body: str) -> None:
    tally = ServerUsage()
    tally.add(json.dumps({"usage": {"prompt_tokens": 7, "completion_tokens": 2}}))
    tally.add(body)

    assert tally.tokens("prompt") >= 7
    assert tally.tokens("answer") >= 2


async def test_a_model_called_by_its_file_is_asked_by_it_and_shown_without_its_folders(
    asking: Asking,
) -> None:
    vllm = VLLM(**{"/srv/models/coder.gguf": 32_768})
    async with asking(vllm.app) as engine:
        completion = await engine.complete(_request())

    assert ("/srv/models/coder.gguf", "coder") == (vllm.asked[0]["model"], completion.model)
    assert "coder" == engine.model.name
