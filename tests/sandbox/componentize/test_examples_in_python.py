"""The examples in Python beside the modules in Rust: the same model, the same answers."""

from collections.abc import Iterator

import pytest

from bot.core.errors import EngineFailure, ModuleError
from bot.core.llm.messages import (
    Completion,
    Exchange,
    Failure,
    FailureKind,
    Finish,
    Message,
    Model,
    Request,
    Role,
    Usage,
)
from bot.core.review import Ask, Done
from bot.models.llama.backend import LlamaBackend
from bot.models.llama.gguf import Gguf
from bot.sandbox import LlamaModule, ReviewFunction
from tests.gguf_models import make_model
from tests.sandbox.componentize.built import example
from tests.sandbox.guests import DIST, SANDBOX
from tests.sandbox.test_review_function import CHANGE, SETTINGS, one_word

# Built and compiled at the first run; on a busy machine that takes minutes.
pytestmark = pytest.mark.timeout(900)

MODEL = Model(name="tiny", context=4096, answer=512)
SCHEMA = '{"type":"object","properties":{"z":{"type":"boolean"},"a":{"type":"boolean"}},"required":["z","a"]}'


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LlamaBackend]:
    path = make_model(tmp_path_factory.mktemp("gguf") / "tiny.gguf")
    running = LlamaBackend({"tiny": Gguf(path, context=4096)})
    yield running
    running.close()


@pytest.fixture(scope="module")
def rust(backend: LlamaBackend) -> LlamaModule:
    return LlamaModule(SANDBOX, DIST / "llama-integration.wasm", backend)


@pytest.fixture(scope="module")
def python(backend: LlamaBackend) -> LlamaModule:
    return LlamaModule(SANDBOX, example("local_model", "llama-integration"), backend)


def request(text: str, schema: str | None = None, answer: int = 48) -> Request:
    messages = (Message(role=Role.SYSTEM, text="You review."), Message(role=Role.USER, text=text))
    return Request(id="chunk/1", messages=messages, format=schema, answer=answer, temperature=0.0)


REQUESTS = [
    request("the inner"),
    request("é \u2028 \0 \U0001f980 <|im_end|>"),
    request("a\n" * 300, answer=300),
    request("yes or no", SCHEMA),
]


@pytest.mark.parametrize("asked", REQUESTS, ids=["short", "odd", "long", "schema"])
def test_both_get_the_same_answer_to_the_byte(asked: Request, rust: LlamaModule, python: LlamaModule) -> None:
    expected = rust.complete(asked, MODEL)

    assert expected == python.complete(asked, MODEL)
    assert expected.text
    assert expected.usage.answer > 1


TROUBLE = [
    (MODEL.model_copy(update={"name": "other"}), request("x"), "refused"),
    (MODEL, request("x" * 5000), "context"),
]


@pytest.mark.parametrize(("model", "asked", "kind"), TROUBLE, ids=["no model", "too long"])
def test_both_tell_the_same_trouble(
    model: Model, asked: Request, kind: str, rust: LlamaModule, python: LlamaModule
) -> None:
    for module in (rust, python):
        with pytest.raises(EngineFailure) as caught:
            module.complete(asked, model)
        assert caught.value.kind == kind


@pytest.fixture(scope="module")
def review() -> ReviewFunction:
    return ReviewFunction(SANDBOX, example("own_review", "code-review-function"))


async def test_a_review_function_in_python_asks_and_concludes(review: ReviewFunction) -> None:
    asked = await review.review(CHANGE, SETTINGS, (), one_word)

    assert isinstance(asked, Ask)
    assert [request.id for request in asked.requests] == ["purpose"]
    assert "Café" in asked.requests[0].messages[0].text

    said = Completion(text="It adds b.", finish=Finish.STOP, usage=Usage(prompt=1, answer=1), model="m")
    done = await review.review(CHANGE, SETTINGS, [Exchange(id="purpose", answer=said)], one_word)

    assert isinstance(done, Done)
    assert done.review.purpose == "It adds b."
    assert [(entry.path, entry.reviewed) for entry in done.review.coverage] == [("a.py", False)]


async def test_a_review_function_in_python_refuses_with_the_reason(review: ReviewFunction) -> None:
    failed = Exchange(id="purpose", answer=Failure(kind=FailureKind.REFUSED, message="bad key"))

    with pytest.raises(ModuleError, match="bad key") as caught:
        await review.review(CHANGE, SETTINGS, [failed], one_word)

    assert caught.value.kind == "refused"
