"""A model that Ollama runs: what it is asked, and what is made of its answers."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import EngineFailure
from bot.core.llm.messages import FailureKind, Finish, Message, Request, Role
from bot.models.servers.ollama import reply
from bot.models.token_counting import estimate
from tests.models.conftest import Asking
from tests.models.model_servers import Ollama

SCHEMA = {
    "type": "object",
    "properties": {"purpose": {"type": "string", "maxLength": 40}, "effort": {"enum": [1, 2, 3]}},
    "required": ["purpose", "effort"],
    "additionalProperties": False,
}
FITTING = '{"purpose": "tests", "effort": 1}'
CODER = {
    "details": {"family": "qwen2", "families": ["qwen2"], "format": "gguf", "parameter_size": "7.6B"},
    "model_info": {"general.architecture": "qwen2", "qwen2.context_length": 32768},
    "template": "{{ range .Messages }}<|im_start|>{{ .Role }}\n{{ .Content }}<|im_end|>\n{{ end }}",
    "capabilities": ["completion"],
}
THINKING = {**CODER, "capabilities": ["completion", "thinking"], "modelfile": "FROM x\nPARSER qwen3.5\n"}
GPT_OSS = {
    **CODER,
    "model_info": {"general.architecture": "gptoss", "gptoss.context_length": 131_072},
    "template": "<|start|>{{ .Role }}<|message|>{{ .Content }}<|end|>",
    "capabilities": ["completion", "thinking"],
}


def _request(text: str = "the inner", answer: int = 60, format_: str | None = None) -> Request:
    messages = (Message(role=Role.SYSTEM, text="You review."), Message(role=Role.USER, text=text))
    return Request(id="summary", messages=messages, format=format_, answer=answer)


async def test_ollama_is_told_the_context_and_never_to_cut_a_prompt(asking: Asking) -> None:
    ollama = Ollama(qwen_7b=CODER)
    ollama.says = FITTING
    async with asking(ollama.app, context=16_384) as engine:
        completion = await engine.complete(_request(format_=json.dumps(SCHEMA)))
        load = engine.load
    asked = ollama.asked[0]

    assert (FITTING, "qwen:7b", Finish.STOP) == (completion.text, completion.model, completion.finish)
    assert {"num_ctx": 16_384, "num_predict": 60, "temperature": 0} == asked["options"]
    assert (False, False, False) == (asked["truncate"], asked["shift"], asked["stream"])
    assert SCHEMA == asked["format"]
    assert "think" not in asked
    assert 16_384 - 64 == engine.model.context
    assert (2.0, 0.5, len(FITTING)) == (load.prompt_seconds, load.answer_seconds, load.answer_tokens)


@pytest.mark.parametrize(("wanted", "context"), [(None, 8192), (65_536, 32_768), (2048, 2048)])
async def test_ollama_is_asked_for_no_more_context_than_the_model_has(
    asking: Asking, wanted: int | None, context: int
) -> None:
    ollama = Ollama(qwen_7b=CODER)
    async with asking(ollama.app, context=wanted) as engine:
        await engine.complete(_request())

    assert context == ollama.asked[0]["options"]["num_ctx"]


async def test_a_prompt_that_ollama_would_have_cut_is_too_long(asking: Asking) -> None:
    async with asking(Ollama(qwen_7b=CODER).app, context=2048) as engine:
        with pytest.raises(EngineFailure) as caught:
            await engine.complete(_request("x" * 3000))

    assert FailureKind.CONTEXT == caught.value.kind


async def test_an_answer_ends_with_its_tokens_or_with_the_context(asking: Asking) -> None:
    """Left to itself, Ollama would forget the first half of the prompt and go on."""
    ollama = Ollama(qwen_7b=CODER)
    ollama.says = "x" * 200
    async with asking(ollama.app, context=2048) as engine:
        short = await engine.complete(_request(answer=16))
        full = await engine.complete(_request("y" * 2000, answer=100))

    assert (16, Finish.LENGTH) == (short.usage.answer, short.finish)
    assert (2048, Finish.LENGTH) == (full.usage.tokens, full.finish)


async def test_an_answer_that_ollama_breaks_off_is_a_cut_one(asking: Asking) -> None:
    """It does so after thirty times the same word, and says no more of it than that it is not done."""
    ollama = Ollama(qwen_7b=CODER)
    ollama.loops = True
    async with asking(ollama.app) as engine:
        completion = await engine.complete(_request())

    assert ("la" * 31, Finish.LENGTH) == (completion.text, completion.finish)
    assert completion.usage.answer > 0


async def test_a_model_that_thinks_is_told_to_answer_and_held_to_its_schema(asking: Asking) -> None:
    """At `/api/chat` Ollama would pass over the schema without a word."""
    ollama = Ollama(qwen3_8b=THINKING)
    ollama.says = FITTING
    async with asking(ollama.app) as engine:
        completion = await engine.complete(_request(format_=json.dumps(SCHEMA)))
        load = engine.load
    asked = ollama.asked[0]

    assert (FITTING, Finish.STOP) == (completion.text, completion.finish)
    assert ("You review.", "the inner", False, SCHEMA) == (
        asked["system"], asked["prompt"], asked["think"], asked["format"],
    )  # fmt: skip
    assert "messages" not in asked
    assert (len("You review.the inner"), len(FITTING)) == (load.prompt_tokens, load.answer_tokens)


async def test_a_model_that_thinks_is_asked_again_in_one_text(asking: Asking) -> None:
    ollama = Ollama(qwen3_8b=THINKING)
    asked = _request()
    wrong = Message(role=Role.ASSISTANT, text="Well"), Message(role=Role.USER, text="Again!")
    async with asking(ollama.app) as engine:
        await engine.complete(asked.model_copy(update={"messages": (*asked.messages, *wrong)}))

    assert "the inner\n\nWell\n\nAgain!" == ollama.asked[0]["prompt"]


async def test_a_model_that_cannot_be_told_not_to_think_is_told_to_think_little(asking: Asking) -> None:
    ollama = Ollama(gptoss_20b=GPT_OSS)
    ollama.says = FITTING
    async with asking(ollama.app) as engine:
        completion = await engine.complete(_request(format_=json.dumps(SCHEMA)))

    assert ("low", FITTING) == (ollama.asked[0]["think"], completion.text)
    assert "messages" in ollama.asked[0]


async def test_a_model_that_is_read_like_gpt_oss_is_asked_like_it(asking: Asking) -> None:
    ollama = Ollama(own_20b={**THINKING, "modelfile": "FROM x\nPARSER harmony\nPARAMETER stop y\n"})
    async with asking(ollama.app) as engine:
        await engine.complete(_request())

    assert ollama.asked[0]["think"] == "low"
    assert "messages" in ollama.asked[0]


def test_an_answer_that_was_taken_for_thoughts_is_one() -> None:
    """The parsers of some models know of no answers without thoughts."""
    body = json.dumps({"response": "", "thinking": FITTING, "done": True, "done_reason": "stop"})

    assert FITTING == json.loads(reply(200, body))["choices"][0]["message"]["content"]


async def test_a_schema_that_is_passed_over_is_said_in_words_too(asking: Asking) -> None:
    """Some of Ollama's engines know of no schemas, and do not tell."""
    ollama = Ollama(coder_mlx=CODER)
    ollama.says = 'Sure! {"purpose": "tests"}'
    async with asking(ollama.app) as engine:
        completion = await engine.complete(_request(format_=json.dumps(SCHEMA)))

    assert ollama.says == completion.text
    assert ["must fit this schema" in asked["messages"][-1]["content"] for asked in ollama.asked] == [
        False,
        True,
    ]


async def test_a_model_that_runs_elsewhere_is_not_taken_for_a_local_one(asking: Asking) -> None:
    """Ollama on this machine passes questions to such a model on to another host."""
    ollama = Ollama(gpt_cloud={**CODER, "remote_host": "https://ollama.com:443"})
    async with asking(ollama.app) as engine:
        with pytest.raises(EngineFailure, match=r"forwards all requests to https://ollama.com") as caught:
            await engine.complete(_request())
    assert (FailureKind.REFUSED, []) == (caught.value.kind, ollama.asked)

    async with asking(Ollama(gpt_cloud=ollama.models["gpt:cloud"]).app, local=False) as engine:
        await engine.complete(_request())
        assert not engine.local


@pytest.mark.parametrize(
    ("name", "elsewhere"),
    [
        ("qwen3:cloud", True),
        ("gpt-oss:120b-cloud", True),
        ("GPT-OSS:120B-Cloud", True),
        ("cloud:7b", False),
        ("host:11434/ns-cloud", False),
        ("my-cloud", False),
    ],
)
async def test_a_model_is_told_to_run_elsewhere_by_its_name_too(
    asking: Asking, name: str, elsewhere: bool
) -> None:
    """Ollama asks its makers' host about such a name, whose answer speaks of a model of its own."""
    ollama = Ollama()
    ollama.models = {name: CODER}
    async with asking(ollama.app, model=name) as engine:
        if elsewhere:
            with pytest.raises(EngineFailure, match=r"forwards all requests to ollama.com"):
                await engine.start()
        else:
            await engine.start()


async def test_a_name_may_leave_out_that_it_is_the_latest(asking: Asking) -> None:
    async with asking(Ollama(coder_latest=CODER).app, model="coder") as engine:
        assert "coder" == (await engine.complete(_request())).model


async def test_a_model_that_was_removed_meanwhile_is_named(asking: Asking) -> None:
    ollama = Ollama(qwen_7b=CODER)
    async with asking(ollama.app) as engine:
        await engine.complete(_request())
        ollama.models = {"other:latest": CODER}
        with pytest.raises(EngineFailure, match=r"qwen:7b.*LLAMA_SERVER_MODEL|LLAMA_SERVER_MODEL.*qwen:7b"):
            await engine.complete(_request())
        completion = await engine.complete(_request())

    assert "other:latest" == completion.model


async def test_a_model_that_ollama_has_not_pulled_is_named(asking: Asking) -> None:
    async with asking(Ollama(qwen_7b=CODER, llama_8b=CODER).app, model="qwen:14b") as engine:
        with pytest.raises(EngineFailure, match=r"ollama pull qwen:14b.*qwen:7b, llama:8b"):
            await engine.start()


async def test_of_several_models_one_has_to_be_chosen(asking: Asking) -> None:
    async with asking(Ollama(qwen_7b=CODER, llama_8b=CODER).app) as engine:
        with pytest.raises(EngineFailure, match=r"has 2 models: set LLAMA_SERVER_MODEL to one of qwen:7b"):
            await engine.start()


async def test_an_ollama_without_models_is_told(asking: Asking) -> None:
    async with asking(Ollama().app) as engine:
        with pytest.raises(EngineFailure, match=r"no model yet: run `ollama pull MODEL`") as caught:
            await engine.start()

    assert FailureKind.REFUSED == caught.value.kind


async def test_ollama_has_no_tokenizer_so_tokens_are_estimated(asking: Asking) -> None:
    async with asking(Ollama(qwen_7b=CODER).app) as engine:
        await engine.start()
        assert estimate("def f(): pass") == engine.count("def f(): pass")


@given(st.integers(100, 599), st.text() | st.from_regex(r"\{.*\}"))
def test_whatever_ollama_says_a_reply_is_made_of_it(status: int, body: str) -> None:
    assert isinstance(reply(status, body), str)
