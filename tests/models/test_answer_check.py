"""An answer fits the schema that it was asked with, or there is a failure that says why."""

import json
import re
from typing import Any

import pytest

from bot.core.errors import EngineFailure
from bot.core.llm.messages import Completion, FailureKind, Finish, Message, Model, Request, Role, Usage
from bot.models.answer_check import AnswerCheck, misfit, sound
from bot.models.enforcement import EnforcementFallback

SCHEMA = {
    "type": "object",
    "properties": {
        "purpose": {"type": "string", "maxLength": 400},
        "risks": {"type": "array", "maxItems": 8, "items": {"type": "string", "maxLength": 200}},
    },
    "required": ["purpose", "risks"],
    "additionalProperties": False,
}
RIGHT = '{"purpose": "It divides.", "risks": []}'


def request(schema: Any = SCHEMA, answer: int = 100) -> Request:
    messages = (Message(role=Role.USER, text="+a / b\n"),)
    return Request(id="chunk/1", messages=messages, format=json.dumps(schema), answer=answer)


def completion(text: str, finish: Finish = Finish.STOP, tokens: int = 100) -> Completion:
    return Completion(text=text, finish=finish, usage=Usage(prompt=50, answer=tokens), model="tiny")


class Script:
    """Says one after the other, and remembers what it was asked."""

    def __init__(self, *said: Completion) -> None:
        self.said = list(said)
        self.asked: list[Request] = []

    async def ask(self, request: Request) -> Completion:
        self.asked.append(request)
        return self.said.pop(0)

    def schemas(self) -> list[Any]:
        return [json.loads(request.format or "null") for request in self.asked]


def checked(script: Script, *, enforces: bool = True) -> AnswerCheck:
    return AnswerCheck(script.ask, lambda: enforces)


async def failure(script: Script, asked: Request) -> EngineFailure:
    with pytest.raises(EngineFailure) as caught:
        await checked(script).complete(asked)
    return caught.value


async def test_an_answer_that_fits_is_passed_on() -> None:
    assert (await checked(Script(completion(RIGHT))).complete(request())).text == RIGHT


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("I cannot do that.", "not JSON"),
        ('{"purpose": "It divides."}', "'risks' is a required property"),
        ('{"purpose": 7, "risks": []}', r"\$\.purpose: 7 is not of type 'string'"),
        ('{"purpose": "", "risks": [], "more": NaN}', "NaN"),
    ],
)
async def test_an_answer_that_does_not_fit_is_a_failure_with_words(text: str, why: str) -> None:
    found = await failure(Script(completion(text)), request())

    assert found.kind == FailureKind.INVALID
    assert re.search(why, str(found))


async def test_a_model_that_is_not_held_to_schemas_may_be_nearly_right() -> None:
    nearly = completion('Sure: {"purpose": "x"}')

    assert await checked(Script(nearly), enforces=False).complete(request()) == nearly


async def test_without_a_schema_nothing_is_checked() -> None:
    asked = request().model_copy(update={"format": None})

    assert (await checked(Script(completion("Hello"))).complete(asked)).text == "Hello"


async def test_what_no_grammar_enforces_is_checked_in_the_answer() -> None:
    schema = {"type": "string", "maxLength": 9, "pattern": "^a"}
    script = Script(completion('"b"'))

    found = await failure(script, request(schema))

    assert script.schemas() == [{"type": "string", "maxLength": 9}]
    assert "does not match '^a'" in str(found)


async def test_a_schema_that_cannot_be_enforced_is_never_asked() -> None:
    script = Script()

    found = await failure(script, request({"type": "object", "properties": {"a": {"$ref": "#"}}}))

    assert (found.kind, script.asked) == (FailureKind.REFUSED, [])
    assert "'$ref'" in str(found)
    assert "/a" in str(found)


async def test_a_cut_answer_is_asked_for_again_with_a_smaller_schema() -> None:
    script = Script(completion('{"purpose": "' + "x" * 387, Finish.LENGTH), completion(RIGHT, tokens=20))

    answer = await checked(script).complete(request())

    first, second = script.schemas()
    assert first == SCHEMA
    assert second["properties"]["risks"]["maxItems"] < 8
    assert second["properties"]["purpose"]["maxLength"] < 400
    assert (answer.text, answer.finish) == (RIGHT, Finish.STOP)
    assert answer.usage == Usage(prompt=100, answer=120)  # both are paid for


async def test_an_answer_that_is_cut_again_and_again_stays_a_cut_one() -> None:
    cut = completion('{"purpose": "' + "x" * 387, Finish.LENGTH)
    script = Script(cut, cut, cut)

    answer = await checked(script).complete(request())

    assert answer.finish == Finish.LENGTH  # the review function halves its question
    assert script.said == []


async def test_a_schema_that_cannot_get_smaller_is_not_asked_again() -> None:
    schema = {"enum": ["a" * 200]}

    answer = await checked(Script(completion('"aaa', Finish.LENGTH, 4))).complete(request(schema, answer=4))

    assert answer.finish == Finish.LENGTH


async def test_an_answer_that_ends_right_at_its_limit_is_whole() -> None:
    answer = await checked(Script(completion(RIGHT, Finish.LENGTH))).complete(request())

    assert (answer.text, answer.finish) == (RIGHT, Finish.STOP)


def test_half_a_surrogate_pair_does_not_stay_in_an_answer() -> None:
    assert json.loads(sound(r'"a\ud800b"')) == "a\ufffdb"
    assert sound(r'"\ud83d\ude00"') == r'"\ud83d\ude00"'


@pytest.mark.parametrize("schema", ['{"$ref": "http://127.0.0.1:1/schema.json"}', '{"type": 7}', "nonsense"])
def test_a_schema_that_cannot_be_used_fits_nothing_and_fetches_nothing(schema: str) -> None:
    assert "schema" in (misfit("1", schema) or "")


async def test_other_servers_answers_are_looked_at(capsys: pytest.CaptureFixture[str]) -> None:
    async def ask(_request: Request, _model: object) -> Completion:
        return completion('{"purpose": 1}')

    answer = await EnforcementFallback(Model(name="m", context=4096, answer=512), ask).complete(request())

    assert answer.text == '{"purpose": 1}'
    assert "answer_schema_mismatch" in capsys.readouterr().out
