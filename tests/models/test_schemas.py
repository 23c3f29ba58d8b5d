"""Schemas are held to what grammars enforce: refused by name, or narrowed to it."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.app.doctor.trial_review import CHANGE, least
from bot.app.function import templates
from bot.core.llm.messages import Completion, DetailLevel, Exchange, Finish, Model, Usage
from bot.core.review import Ask, Features, ReviewSettings
from bot.models.schema_narrowing import fitted, narrowed, read
from bot.models.schemas import MOST, SchemaError, check, size
from bot.sandbox import ReviewFunction, Sandbox
from tests.models.conftest import MODULES

PROMPTS = Path(__file__).parents[2] / "prompts"
TEXT = {"type": "string", "maxLength": 40}
NUMBER = {"type": "integer", "minimum": 1, "maximum": 9}


def fields(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def many(items: Any, most: int = 3) -> dict[str, Any]:
    return {"type": "array", "items": items, "maxItems": most}


@pytest.mark.parametrize(
    "schema",
    [
        fields(),
        fields(purpose=TEXT, effort=NUMBER, sure={"type": "boolean"}, none={"type": "null"}),
        many(fields(path={"enum": ["a.py", "b.py"]}, line=NUMBER)),
        {"type": "string", "enum": ["yes", "no"]},
        {"const": 7},
        {"enum": ["a", 1, None, 2.5, True]},
        {"anyOf": [TEXT, NUMBER]},
        {"oneOf": [TEXT, {"type": "null"}]},
        {"type": "string", "minLength": 2, "maxLength": 4, "description": "a word"},
    ],
)
def test_what_both_engines_enforce_is_let_pass(schema: dict[str, Any]) -> None:
    check(schema)

    check(narrowed(schema))


@pytest.mark.parametrize(
    ("schema", "path", "keyword"),
    [
        ({"$ref": "#/$defs/a"}, "", "$ref"),
        (fields(a={"$ref": "#"}), "/a", "$ref"),
        (fields(a={"type": "string"}), "/a", "maxLength"),
        (many({**TEXT, "pattern": "^a"}), "/items", "pattern"),
        ({**TEXT, "format": "date"}, "", "format"),
        ({"type": "array", "items": TEXT}, "", "maxItems"),
        ({"type": "integer"}, "", "minimum"),
        ({"type": "integer", "minimum": 0}, "", "maximum"),
        ({"type": "integer", "minimum": 5, "maximum": 1}, "", "minimum"),
        ({**NUMBER, "multipleOf": 2}, "", "multipleOf"),
        ({"type": "number", "minimum": 0, "maximum": 1}, "", "type"),
        ({"type": "text"}, "", "type"),
        ({"type": ["string", "null"], "maxLength": 3}, "", "type"),
        ({}, "", "type"),
        ({"not": {}}, "", "not"),
        ({**fields(a=TEXT), "required": []}, "", "required"),
        ({**fields(a=TEXT), "additionalProperties": True}, "", "additionalProperties"),
        ({"enum": []}, "", "enum"),
        ({"enum": ["a", "a"]}, "", "enum"),
        ({"enum": [{"a": 1}]}, "", "enum"),
        ({"enum": ["\ud800"]}, "", "enum"),
        ({"enum": [1], "type": "string"}, "", "enum"),
        ({"oneOf": [fields(a=TEXT), fields(b=TEXT)]}, "", "oneOf"),
        (fields(a={"anyOf": [TEXT, {"$ref": "#"}]}), "/a/anyOf/1", "$ref"),
        (many(many(many(TEXT, 500), 500), 500), "", "maxItems"),
    ],
)
def test_what_they_do_not_enforce_is_refused_by_name_and_place(
    schema: dict[str, Any], path: str, keyword: str
) -> None:
    with pytest.raises(SchemaError) as caught:
        check(schema)

    assert (caught.value.path, caught.value.keyword) == (path, keyword)
    assert repr(keyword) in str(caught.value)


@pytest.mark.parametrize("schema", [True, False, None, [], "string"])
def test_what_is_no_schema_is_refused(schema: object) -> None:
    for put in (check, narrowed):
        with pytest.raises(SchemaError, match="not a schema"):
            put(schema)


def test_a_schema_without_bounds_gets_some() -> None:
    loose = {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "string"}}}}

    assert narrowed(loose) == fields(a=many({"type": "string", "maxLength": 1000}, 20))


@pytest.mark.parametrize(
    ("schema", "near"),
    [
        ({**TEXT, "pattern": "^a", "format": "date"}, TEXT),
        ({"type": ["string", "null"], "maxLength": 40}, {"anyOf": [TEXT, {"type": "null"}]}),
        ({"oneOf": [fields(a=TEXT), fields(b=TEXT)]}, {"anyOf": [fields(a=TEXT), fields(b=TEXT)]}),
        (
            {"type": "integer", "exclusiveMinimum": 0, "maximum": 9.5},
            {"type": "integer", "minimum": 1, "maximum": 9},
        ),
        ({"type": "number", "minimum": 0, "maximum": 100}, {"type": "integer", "minimum": 0, "maximum": 100}),
        ({"enum": ["a", {"b": 1}, 3], "type": "string"}, {"enum": ["a"]}),
        ({"maxLength": 40}, TEXT),
        ({"$defs": {"a": {"$ref": "#"}}, "$schema": "x", **TEXT}, TEXT),
        ({"type": "string", "minLength": 5000}, {"type": "string", "minLength": 5000, "maxLength": 5000}),
    ],
)
def test_the_nearest_that_is_enforced_is_found(schema: dict[str, Any], near: dict[str, Any]) -> None:
    assert narrowed(schema) == near


def test_a_share_becomes_a_choice() -> None:
    choices = narrowed({"type": "number", "minimum": 0, "exclusiveMaximum": 1})["enum"]

    assert (choices[0], choices[1], choices[-1]) == (0, 0.05, 0.95)


@pytest.mark.parametrize(
    ("schema", "path", "keyword"),
    [
        ({"$ref": "#/$defs/none"}, "", "$ref"),
        (fields(a={"allOf": [TEXT]}), "/a", "allOf"),
        (fields(a={"type": "date"}), "/a", "type"),
        (fields(a={}), "/a", "type"),
        ({"type": "object", "required": ["a"]}, "", "required"),
        ({"type": "string", "minLength": 9000}, "", "minLength"),
        ({"enum": [[1], {}]}, "", "enum"),
        ({"type": "integer", "minimum": 0.2, "maximum": 0.8}, "", "minimum"),
        ({"type": "array", "items": TEXT, "maxItems": "3"}, "", "maxItems"),
    ],
)
def test_what_no_bound_stands_in_for_is_refused_by_name(
    schema: dict[str, Any], path: str, keyword: str
) -> None:
    with pytest.raises(SchemaError) as caught:
        narrowed(schema)

    assert (caught.value.path, caught.value.keyword) == (path, keyword)


def test_recursion_without_end_is_refused() -> None:
    deep: dict[str, Any] = TEXT
    for _ in range(40):
        deep = fields(a=deep)

    for put in (check, narrowed):
        with pytest.raises(SchemaError, match="deeper"):
            put(deep)


def test_a_text_that_is_no_schema_is_refused() -> None:
    with pytest.raises(SchemaError, match="not JSON"):
        read("{")
    with pytest.raises(SchemaError, match="not JSON"):
        read("[" * 100_000)


def test_a_schema_that_allows_far_too_much_is_shortened() -> None:
    huge = many(many(many(TEXT, 500), 500), 500)

    assert size(huge) > MOST
    assert size(narrowed(huge)) <= MOST


def test_an_answer_is_never_longer_than_the_size_of_its_schema() -> None:
    schema = fields(a=many(TEXT), b=NUMBER, c={"enum": ["x", None]})
    longest = {"a": ["\u0001" * 40] * 3, "b": 9, "c": None}

    assert len(json.dumps(longest)) <= size(schema)


def test_a_schema_is_cut_to_the_room_there_is_for_its_answer() -> None:
    schema = fields(notes=many(fields(text={"type": "string", "maxLength": 900}), 8), path={"enum": ["a.py"]})
    small = fitted(schema, 900, 1)

    assert small is not None
    assert 0 < size(small, 1) <= 900
    assert small["properties"]["path"] == {"enum": ["a.py"]}
    assert small["properties"]["notes"]["maxItems"] < 8
    assert fitted(schema, 10, 1) is None


def test_what_must_be_said_is_not_cut() -> None:
    schema = {"type": "string", "minLength": 30, "maxLength": 60}

    assert fitted(schema, 40, 1) == {**schema, "maxLength": 38}
    assert fitted(schema, 20, 1) is None


async def formats(sandbox: Sandbox, level: DetailLevel) -> list[str]:
    """The schemas that the product's own review function asks with."""
    function = ReviewFunction(sandbox, MODULES / "code-review-function.wasm")
    model = Model(name="m", context=8192, answer=1000, level=level)
    settings = ReviewSettings(
        model=model, templates=templates(PROMPTS), features=Features(texts=False, lookups=False)
    )
    answers: list[Exchange] = []
    asked: list[str] = []
    while isinstance(step := await function.review(CHANGE, settings, answers, len), Ask):
        for request in step.requests:
            asked.append(request.format or "")
            text = json.dumps(least(json.loads(request.format or "")) | {"purpose": "It divides."})
            usage = Usage(prompt=1, answer=1)
            said = Completion(text=text, finish=Finish.STOP, usage=usage, model="m")
            answers.append(Exchange(id=request.id, answer=said))
    return asked


@pytest.mark.parametrize("level", list(DetailLevel))
async def test_the_products_own_schemas_are_enforced_as_they_are(
    sandbox: Sandbox, level: DetailLevel
) -> None:
    asked = await formats(sandbox, level)

    assert len(asked) == 2  # a chunk and the summary
    for schema in map(json.loads, asked):
        check(schema)
        assert size(narrowed(schema)) == size(schema)
