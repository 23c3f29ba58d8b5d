"""The engine for chat completions against servers that behave, and that do not."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import pytest
from aiohttp import web

from bot.core.errors import EngineFailure
from bot.core.llm.messages import Completion, Enforcement, Finish, Message, Model, Request, Role, Usage
from bot.models.chat.backoff import BackoffPolicy
from bot.models.chat.base_url import is_this_machine
from bot.models.chat.engine import OpenAIEngine
from bot.sandbox.openai_codec import OpenAICodec
from tests.models.scripted_server import (
    Reply,
    ScriptedServer,
    drips,
    fails,
    floods,
    hangs_up,
    never_answers,
    says,
    sends,
)

KEY = "key-of-the-operator"
SCHEMA = '{"type":"object","properties":{},"additionalProperties":false}'
REQUEST = Request(
    id="chunk/1",
    messages=(Message(role=Role.SYSTEM, text="You review."), Message(role=Role.USER, text="+x = 1")),
    format=SCHEMA,
    answer=64,
)
QUICK = BackoffPolicy(first=0.001, longest=0.002, patience=5)

Make = Callable[..., OpenAIEngine]


@pytest.fixture
async def engine(codec: OpenAICodec, server: ScriptedServer) -> AsyncIterator[Make]:
    made: list[OpenAIEngine] = []

    def make(
        name: str = "some-model", enforcement: Enforcement = Enforcement.SCHEMA, **options: object
    ) -> OpenAIEngine:
        model = Model(name=name, context=8192, answer=512, enforcement=enforcement)
        given: dict[str, object] = {"base_url": server.url, "key": KEY, "waits": QUICK, **options}
        made.append(OpenAIEngine(codec, model, **given))  # type: ignore[arg-type]  # a test's shorthand
        return made[-1]

    yield make
    for one in made:
        await one.aclose()


async def _packed(_request: web.Request) -> web.Response:
    """By a method that is not known here."""
    return web.Response(body=b"\x0b\x02\x80hello\x03", headers={"Content-Encoding": "br"})


async def _failure(engine: OpenAIEngine, request: Request = REQUEST) -> EngineFailure:
    with pytest.raises(EngineFailure) as caught:
        await engine.complete(request)
    return caught.value


async def test_an_answer_comes_back_as_a_completion(engine: Make, server: ScriptedServer) -> None:
    server.replies = [says('{"a": 1}')]

    completion = await engine().complete(REQUEST)

    assert completion == Completion(
        text='{"a": 1}', finish=Finish.STOP, usage=Usage(prompt=7, answer=2), model="m-1"
    )
    assert server.headers[0]["Authorization"] == f"Bearer {KEY}"
    assert server.bodies[0]["model"] == "some-model"
    assert server.bodies[0]["response_format"]["json_schema"]["schema"] == json.loads(SCHEMA)


async def test_a_server_without_a_key_gets_none(engine: Make, server: ScriptedServer) -> None:
    server.replies = [says("{}")]

    await engine(key=None).complete(REQUEST)

    assert "Authorization" not in server.headers[0]


async def test_a_server_that_names_no_model_answers_for_the_one_that_was_asked(
    engine: Make, server: ScriptedServer
) -> None:
    server.replies = [says("{}", model="")]

    assert (await engine().complete(REQUEST)).model == "some-model"


@pytest.mark.parametrize(
    "trouble",
    [
        fails(429, "slow down", Retry_After="0"),
        fails(429, "slow down", retry_after_ms="3"),
        fails(503, "overloaded"),
        sends("<html>Bad gateway</html>", 502, "text/html"),
        hangs_up,
    ],
)
async def test_what_passes_is_tried_again(engine: Make, server: ScriptedServer, trouble: Reply) -> None:
    server.replies = [trouble, trouble, says("{}")]

    assert (await engine().complete(REQUEST)).text == "{}"
    assert len(server.bodies) == 3


@pytest.mark.parametrize(
    "said",
    [
        "Requests per minute limit exceeded - too many requests sent.",
        "You are using a Trial key, which is limited to 10 API calls / minute.",
        "Your rate limit is 60 queries per minute.",
        "TPM limit reached.",
        "",
    ],
)
async def test_a_limit_without_an_end_is_waited_out(engine: Make, server: ScriptedServer, said: str) -> None:
    server.replies = [*[fails(429, said)] * 6, says("{}")]

    assert (await engine().complete(REQUEST)).text == "{}"
    assert len(server.bodies) == 7


@pytest.mark.parametrize(
    ("said", "most"), [("Tokens per minute limit exceeded.", 11), ("Tokens per day limit exceeded.", 4)]
)
async def test_the_patience_for_a_limit_comes_to_an_end(
    engine: Make, server: ScriptedServer, said: str, most: int
) -> None:
    server.replies = [fails(429, said)]

    failure = await _failure(engine(waits=BackoffPolicy(first=0.001, longest=0.002, patience=0.2)))

    assert failure.kind == "unavailable"
    assert most - 2 <= len(server.bodies) <= most


async def test_what_a_server_objects_to_is_changed_whatever_its_status(
    engine: Make, server: ScriptedServer
) -> None:
    server.replies = [fails(500, "unexpected keyword argument 'temperature'"), says("{}")]

    await engine().complete(REQUEST)

    assert ["temperature" in body for body in server.bodies] == [True, False]


async def test_what_cannot_be_changed_is_told_as_it_is(engine: Make, server: ScriptedServer) -> None:
    server.replies = [fails(500, "temperature is too high in the server room")]

    failure = await _failure(engine())

    assert (failure.kind, len(server.bodies)) == ("unavailable", 1 + 4)


async def test_attempts_are_counted(engine: Make, server: ScriptedServer) -> None:
    server.replies = [fails(500, "oops")]

    failure = await _failure(engine(attempts=3))

    assert (failure.kind, failure.after) == ("unavailable", None)
    assert "oops" in str(failure)
    assert len(server.bodies) == 3


async def test_a_long_wait_is_left_to_the_queue(engine: Make, server: ScriptedServer) -> None:
    server.replies = [fails(429, "come back later", Retry_After="120")]

    failure = await _failure(engine())

    assert (failure.kind, failure.after) == ("unavailable", 120)
    assert len(server.bodies) == 1


async def test_no_attempt_begins_when_the_time_is_over(engine: Make, server: ScriptedServer) -> None:
    server.replies = [fails(429, "come back later", Retry_After="2")]

    failure = await _failure(engine(timeout=1))

    assert (failure.kind, failure.after) == ("unavailable", 2)
    assert len(server.bodies) == 1


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (fails(401, "Incorrect API key"), "refused"),
        (fails(404, "no such model"), "refused"),
        (fails(400, "This model's maximum context length is 8192 tokens"), "context"),
        (sends("", 304), "refused"),
        (_packed, "invalid"),
        (floods, "invalid"),
    ],
)
async def test_what_does_not_pass_is_not_tried_again(
    engine: Make, server: ScriptedServer, reply: Reply, kind: str
) -> None:
    server.replies = [reply]

    assert (await _failure(engine())).kind == kind
    assert len(server.bodies) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed_and_told_with_what_to_set(
    engine: Make, server: ScriptedServer, status: int
) -> None:
    server.replies = [sends("", status, Location="https://me:hunter2@h.example/v2/chat/completions?token=x")]

    failure = await _failure(engine())

    assert "refused" == failure.kind
    assert "set OPENAI_BASE_URL=https://h.example/v2" in str(failure)
    assert "hunter2" not in str(failure)
    assert 1 == len(server.bodies)


@pytest.mark.parametrize("reply", [never_answers, drips])
async def test_a_server_has_so_long_for_a_whole_answer(
    engine: Make, server: ScriptedServer, reply: Reply
) -> None:
    server.replies = [reply]

    failure = await _failure(engine(timeout=0.2))

    assert failure.kind == "unavailable"
    assert "did not answer within 0.2 seconds" in str(failure)


async def test_a_server_that_is_not_there_is_named(engine: Make, unused_tcp_port: int) -> None:
    failure = await _failure(engine(base_url=f"http://user:word@127.0.0.1:{unused_tcp_port}/v1"))

    assert failure.kind == "unavailable"
    assert f"127.0.0.1:{unused_tcp_port} cannot be reached" in str(failure)
    assert "word" not in str(failure)


async def test_the_key_is_in_no_message(engine: Make, server: ScriptedServer) -> None:
    server.replies = [fails(400, f"the key {KEY} may not do this, nor sk-proj-0123456789abcdef")]

    message = str(await _failure(engine()))

    assert "may not do this" in message
    assert KEY not in message
    assert "0123456789" not in message


async def test_a_server_that_knows_no_schemas_is_asked_for_less_from_then_on(
    engine: Make, server: ScriptedServer
) -> None:
    unknown = fails(400, "response_format is not supported")
    server.replies = [unknown, unknown, says("{}"), says("{}")]
    asked = engine()

    await asked.complete(REQUEST)
    await asked.complete(REQUEST)

    formats = [body.get("response_format", {}).get("type") for body in server.bodies]
    assert formats == ["json_schema", "json_object", None, None]
    assert SCHEMA not in server.bodies[0]["messages"][-1]["content"]
    assert SCHEMA in server.bodies[3]["messages"][-1]["content"]
    assert asked.model.enforcement == Enforcement.SCHEMA


async def test_a_server_that_takes_nothing_has_not_changed_what_is_asked_for(
    engine: Make, server: ScriptedServer
) -> None:
    unknown = fails(400, "no such thing is not supported")
    server.replies = [unknown, unknown, says("{}")]
    asked = engine()

    assert (await _failure(asked)).kind == "refused"
    await asked.complete(REQUEST)

    assert server.bodies[2]["response_format"]["type"] == "json_schema"


async def test_a_guess_that_comes_to_nothing_is_not_made_for_ever(
    engine: Make, server: ScriptedServer
) -> None:
    server.replies = [fails(400, "Das geht heute nicht.")]
    asked = engine()

    for _ in range(5):
        assert (await _failure(asked)).kind == "refused"

    assert len(server.bodies) == 2 + 2 + 1 + 1 + 1


async def test_a_schema_that_the_function_spelled_out_is_not_spelled_out_again(
    engine: Make, server: ScriptedServer
) -> None:
    server.replies = [says("{}")]

    await engine(enforcement=Enforcement.PROMPT).complete(REQUEST)

    assert server.bodies[0]["messages"][-1]["content"] == "+x = 1"


async def test_no_more_than_so_many_are_asked_at_once(engine: Make, server: ScriptedServer) -> None:
    async def slowly(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.01)
        return await says("{}")(request)

    server.replies = [slowly]
    asked = engine(concurrency=3)

    await asyncio.gather(*(asked.complete(REQUEST) for _ in range(12)))

    assert server.most == 3


async def test_a_cancelled_question_hangs_up(engine: Make, server: ScriptedServer) -> None:
    arrived = asyncio.Event()
    left = asyncio.Event()

    async def waits(request: web.Request) -> web.StreamResponse:
        arrived.set()
        try:
            return await never_answers(request)
        finally:
            left.set()

    server.replies = [waits]
    task = asyncio.create_task(engine().complete(REQUEST))
    await arrived.wait()
    task.cancel()

    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.wait_for(left.wait(), 10)


async def test_what_a_chat_adds_is_taken_off_the_context(engine: Make) -> None:
    assert engine().model.context == 8192 - 64


async def test_tokens_are_counted_for_the_model(engine: Make) -> None:
    known, other = engine("gpt-5-mini"), engine("some-model")
    await known.start()

    assert known.count("hello world") == 2
    assert other.count("hello world") == 3


async def test_a_server_on_this_machine_is_local_unless_the_operator_says_otherwise(engine: Make) -> None:
    assert engine().local
    assert not engine(local=False).local
    assert not engine(base_url="https://models.example.com/v1").local
    assert engine(base_url="https://models.example.com/v1", local=True).local


@pytest.mark.parametrize(
    ("host", "here"),
    [
        ("localhost", True),
        ("127.8.0.1", True),
        ("::1", True),
        ("[::1]", True),
        ("10.0.0.1", False),
        ("localhost.example.com", False),
        ("127.0.0.1.example.com", False),
    ],
)
def test_only_the_loopback_is_this_machine(host: str, here: bool) -> None:
    assert is_this_machine(host) is here
