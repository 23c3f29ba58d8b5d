"""The documents beside the code say what the code does."""

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator, ValidationError  # type: ignore[import-untyped]

from bot.core.config import Configuration, read_layer
from bot.core.config.keys import KEYS, default
from bot.core.config.schema import make_schema

DEPLOY = Path(__file__).parents[3] / "deploy"
EXAMPLE = (DEPLOY / "code-review-bot.example.yml").read_text(encoding="utf-8")
VALIDATOR = Draft202012Validator(make_schema())


def test_the_published_schema_is_the_codes() -> None:
    """`review-bot config schema > deploy/code-review-bot.schema.json` writes it."""
    published = json.loads((DEPLOY / "code-review-bot.schema.json").read_text(encoding="utf-8"))
    assert published == make_schema()


def test_the_schema_is_one_and_explains_every_key() -> None:
    schema = make_schema()
    Draft202012Validator.check_schema(schema)
    records = [schema, *(of for of in schema["$defs"].values() if of["type"] == "object")]
    for record in records:
        assert record["additionalProperties"] is False
        for key in record["properties"].values():
            assert key["description"].endswith((".", "`"))
            assert "title" not in key
    assert all("default" in key for key in schema["properties"].values())


def test_the_example_shows_every_key_once_with_its_default() -> None:
    layer, problems = read_layer("example", EXAMPLE)
    assert problems == ()
    assert layer.values == {key: default(key) for key in KEYS if default(key) != {}}
    names = re.findall(r"^(?:  )?([a-z_]+):", EXAMPLE, re.MULTILINE)
    leaves = sorted(key.rpartition(".")[2] for key in KEYS)
    sections = [name for name in Configuration.model_fields if name not in KEYS]
    assert sorted(names) == sorted([*leaves, *sections])


def test_what_the_example_shows_in_comments_is_right_too() -> None:
    text = re.sub(
        r"(\w+): (?:\[\]|\{\})\n((?:#  .*\n)+)",
        lambda found: f"{found[1]}:\n{found[2].replace('#', ' ')}",
        EXAMPLE,
    )
    layer, problems = read_layer("example", text)
    assert problems == ()
    assert layer.values["ignore"] == ("dist/", "*.lock", "!web/keep.lock")
    assert len(layer.values["instructions"]) == 2
    assert layer.values["prompts"] == {"chunk": ".github/prompts/chunk.md"}
    VALIDATOR.validate(as_json(text))


@pytest.mark.parametrize(
    "text", ["ignroe: [a]", "findings: 51", "skip: {draft: no}", "prompts: {Chunk: a}", "on: [x]"]
)
def test_editors_see_what_the_bot_sees(text: str) -> None:
    assert read_layer("x", text)[1]
    with pytest.raises(ValidationError):
        VALIDATOR.validate(as_json(text))


def as_json(text: str) -> object:
    """YAML as editors read it: since 1.2, `on` is a word."""

    class Loader(yaml.SafeLoader):
        pass

    Loader.yaml_implicit_resolvers = {
        first: [] if first in "oO" else resolvers
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }
    return yaml.load(text, Loader)
