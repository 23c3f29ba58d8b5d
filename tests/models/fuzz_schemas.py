"""Random schemas and answers: what comes out fits its schema, or there is a failure with a name.

`python -m tests.models.fuzz_schemas --cases 10000 --real 400` asks a scripted model, and for the `real`
first cases llama.cpp with a tiny model of random weights.
"""

import argparse
import asyncio
import json
import random
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Protocol

import jsonschema  # type: ignore[import-untyped]  # ships no types

from bot.core.errors import EngineFailure
from bot.core.llm.messages import Completion, FailureKind, Finish, Message, Model, Request, Role, Usage
from bot.models.answer_check import AnswerCheck
from bot.models.llama.backend import LlamaBackend
from bot.models.llama.engine import LlamaEngine
from bot.models.llama.gguf import Gguf
from bot.models.schemas import check
from bot.sandbox import Sandbox
from bot.sandbox.llama_module import LlamaModule
from tests.gguf_models import make_model

MODULE = Path(__file__).parents[2] / "wasm_modules" / "dist" / "llama-integration.wasm"
WORDS = ["a.py", "yes", "no", "", 'quo"te', "ü", "\u0000", "line\nbreak", "😀", "</think>", "\\u00e9"]
NAMED = {FailureKind.REFUSED, FailureKind.INVALID, FailureKind.CONTEXT}
TIGHT = (8, 24, 60, 200, 600)  # tokens of an answer


class Asks(Protocol):
    async def complete(self, request: Request) -> Completion: ...


class Schemas:
    """Random schemas; now and then with something in them that no grammar enforces."""

    def __init__(self, chance: random.Random, strange: float) -> None:
        self._chance = chance
        self._strange = strange

    def one(self, depth: int = 0) -> Any:
        chance = self._chance
        kinds = [self.text, self.whole, self.choice, self.flag]
        kinds += [self.record, self.listed, self.either] * (2 if depth == 0 else 1) if depth < 3 else []
        schema = chance.choice(kinds)(depth)
        return self.bent(schema) if chance.random() < self._strange else schema

    def text(self, depth: int) -> dict[str, Any]:
        return {"type": "string", "maxLength": self._chance.choice([0, 1, 5, 40, 300])}

    def whole(self, depth: int) -> dict[str, Any]:
        low = self._chance.randint(-1000, 1000)
        return {"type": "integer", "minimum": low, "maximum": low + self._chance.choice([0, 3, 10**6])}

    def choice(self, depth: int) -> dict[str, Any]:
        values = [*WORDS, 0, -7, 2.5, True, None]
        return {"enum": self._chance.sample(values, self._chance.randint(1, 5))}

    def flag(self, depth: int) -> dict[str, Any]:
        return {"type": self._chance.choice(["boolean", "null"])}

    def record(self, depth: int) -> dict[str, Any]:
        names = self._chance.sample(WORDS, self._chance.randint(0, 4))
        return {
            "type": "object",
            "properties": {name: self.one(depth + 1) for name in names},
            "required": names,
            "additionalProperties": False,
        }

    def listed(self, depth: int) -> dict[str, Any]:
        return {"type": "array", "items": self.one(depth + 1), "maxItems": self._chance.randint(0, 6)}

    def either(self, depth: int) -> dict[str, Any]:
        keyword = self._chance.choice(["anyOf", "oneOf"])
        return {keyword: [self.one(depth + 1) for _ in range(self._chance.randint(1, 3))]}

    def bent(self, schema: dict[str, Any]) -> Any:
        """The schema with something added or taken away."""
        added: list[dict[str, Any]] = [
            {"pattern": "^[a-c]*$"}, {"format": "date"}, {"multipleOf": 3}, {"uniqueItems": True},
            {"minItems": 2}, {"minLength": 3}, {"$ref": "#"}, {"$ref": "#/$defs/none"},
            {"not": {"type": "null"}}, {"allOf": [{"type": "string"}]}, {"type": "number"},
            {"if": {"type": "string"}, "then": False},
            {"type": ["string", "null"]}, {"type": "date"}, {"const": 3}, {"required": ["x"]},
            {"additionalProperties": {"type": "string"}}, {"prefixItems": [{"type": "null"}]},
            {"description": "a word"}, {"exclusiveMinimum": 0}, {"maxItems": "many"},
            {"contains": {"const": 1}},
        ]  # fmt: skip
        taken = [name for name in schema if self._chance.random() < 0.5]
        strange = [True, False, None, 7, {}, {**schema, **self._chance.choice(added)}]
        left = {name: value for name, value in schema.items() if name not in taken}
        return self._chance.choice([left, *[strange[-1]] * 4, self._chance.choice(strange[:-1])])


class Scripted:
    """A model that mostly keeps to the schema, and is cut where its tokens end; a token is four bytes."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._checked = AnswerCheck(self._ask, lambda: True)

    async def complete(self, request: Request) -> Completion:
        return await self._checked.complete(request)

    async def _ask(self, request: Request) -> Completion:
        schema = json.loads(request.format or "null")
        check(schema)  # nothing else may reach llama.cpp
        text = json.dumps(self._value(schema), ensure_ascii=self._chance.random() < 0.5)
        if self._chance.random() < 0.1:
            text = self._broken(text)
        cut = text[: 4 * request.answer]
        finish = Finish.STOP if cut == text else Finish.LENGTH
        usage = Usage(prompt=1, answer=max(1, -(-len(cut) // 4)))
        return Completion(text=cut, finish=finish, usage=usage, model="scripted")

    def _broken(self, text: str) -> str:
        at = self._chance.randrange(len(text) + 1)
        return self._chance.choice(
            [text[:at], f"Sure: {text}", text[:at] + "x" + text[at:], "", "NaN", "[" * 99_999]
        )

    def _value(self, schema: dict[str, Any]) -> Any:
        chance = self._chance
        if "enum" in schema:
            return chance.choice(schema["enum"])
        if "anyOf" in schema:
            return self._value(chance.choice(schema["anyOf"]))
        return self._typed(schema)

    def _typed(self, schema: dict[str, Any]) -> Any:
        chance = self._chance
        match schema["type"]:
            case "object":
                return {name: self._value(field) for name, field in schema["properties"].items()}
            case "array":
                count = chance.randint(schema.get("minItems", 0), schema["maxItems"])
                return [self._value(schema["items"]) for _ in range(count)]
            case "string":
                count = chance.randint(schema.get("minLength", 0), schema["maxLength"])
                return "".join(chance.choice('ab"ü\n\\😀\ud800') for _ in range(count))
            case "integer":
                return chance.randint(schema["minimum"], schema["maximum"])
        return chance.choice([True, False]) if schema["type"] == "boolean" else None


async def outcome(model: Asks, schema: Any, answer: int) -> str:
    """What became of a question, in a word. Raises `AssertionError` for an answer that does not fit."""
    messages = (Message(role=Role.USER, text="+x = 1\n"),)
    request = Request(id="fuzz", messages=messages, format=json.dumps(schema), answer=answer, temperature=1)
    try:
        completion = await model.complete(request)
    except EngineFailure as failure:
        if failure.kind not in NAMED or not str(failure):
            raise
        return str(failure.kind)
    if completion.finish == Finish.LENGTH:
        return "cut"
    value = json.loads(completion.text)
    completion.text.encode()
    json.dumps(value, ensure_ascii=False).encode()
    jsonschema.Draft202012Validator(schema).validate(value)
    return "valid"


async def fuzz(cases: int, real: int, seed: int, directory: Path) -> Counter[str]:
    """Counts the outcomes. The first `real` of the `cases` are put to llama.cpp."""
    chance = random.Random(seed)
    scripted, found = Scripted(chance), Counter[str]()
    backend = LlamaBackend({"tiny": Gguf(make_model(directory / "tiny.gguf"), context=4096)})
    module = LlamaModule(Sandbox(), MODULE, backend, 60)
    engine = LlamaEngine(module, backend, Model(name="tiny", context=4096, answer=1024))
    try:
        for case in range(cases):
            schema = Schemas(chance, chance.choice([0, 0, 0.1, 0.3])).one()
            model: Asks = engine if case < real else scripted
            kind = "real" if case < real else "scripted"
            found[f"{kind} {await outcome(model, schema, chance.choice(TIGHT))}"] += 1
    finally:
        await engine.aclose()
    return found


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=10_000)
    parser.add_argument("--real", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as directory:
        found = asyncio.run(fuzz(chosen.cases, chosen.real, chosen.seed, Path(directory)))
    for name, count in sorted(found.items()):
        sys.stdout.write(f"{count:6} {name}\n")
    sys.stdout.write(f"{found.total()} answers: each fits its schema, or has a failure with a name\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
