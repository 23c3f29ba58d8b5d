"""Tries a server that nobody here wrote, over the engine that reviews ask it with.

`python -m tests.models.real_servers URL [--model NAME]` asks the llama.cpp, Ollama, vLLM or other server at
URL, and prints a line for each check. A model of random weights will do: nothing depends on what it says.
"""

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.app.doctor.trial_review import CHANGE
from bot.app.function import templates
from bot.core.errors import EngineFailure, ModuleError
from bot.core.llm.messages import Completion, FailureKind, Finish, Message, Request, Role
from bot.core.review import Ask, Features, ReviewSettings
from bot.models.answer_check import misfit
from bot.models.servers.engine import ServedEngine, ServerConfig
from bot.models.servers.server_info import ServerKind
from bot.models.servers.vllm import loose
from bot.models.token_counting import AROUND
from bot.sandbox import ReviewFunction, Sandbox
from bot.sandbox.openai_codec import OpenAICodec

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "wasm_modules" / "dist"
WORDS = "def f(x):\n\treturn {'é': x[0], 12345: \"ü→\"}  # 漢字 😀 <|im_end|>\n" * 5
SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "purpose": {"type": "string", "maxLength": 20},  # Ollama ends what repeats itself 30 times
            "effort": {"type": "integer", "minimum": 1, "maximum": 3},
            "parts": {"type": "array", "maxItems": 2, "items": {"enum": ["a.py", 'quo"te', "ü"]}},
            "sure": {"type": "boolean"},
        },
        "required": ["purpose", "effort", "parts", "sure"],
        "additionalProperties": False,
    }
)
# Servers that refuse a model that they do not have. llama.cpp answers with its own to any name.
KNOWING = (ServerKind.OLLAMA, ServerKind.VLLM)
NONE = "no-such-model"

Check = Callable[["Real"], Awaitable[str]]


class Real:
    """The server at `place`, and what was found there."""

    def __init__(self, place: ServerConfig) -> None:
        self.place = place
        self.sandbox = Sandbox()
        self.codec = OpenAICodec(self.sandbox, MODULES / "openai-integration.wasm")
        self.engine = ServedEngine(self.codec, place)

    @property
    def context(self) -> int:
        """Tokens of a question and its answer together."""
        return self.engine.model.context + AROUND

    async def ask(self, text: str, answer: int, schema: str | None = None) -> Completion:
        """Without a schema there is some chance, for models that say the same again and again."""
        messages = (Message(role=Role.USER, text=text),)
        chance = 0 if schema else 0.8
        request = Request(id="real", messages=messages, format=schema, answer=answer, temperature=chance)
        return await self.engine.complete(request)

    def misfit(self, completion: Completion, schema: str) -> str | None:
        """What is wrong with an answer. vLLM is not asked to keep to the lengths of strings."""
        seen = self.engine.found
        is_vllm = seen is not None and seen.server is ServerKind.VLLM
        return misfit(completion.text, loose(schema) if is_vllm else schema)


# ── the checks ──────────────────────────────────────────────────────────────────────────────────────


async def found(real: Real) -> str:
    await real.engine.start()
    seen = real.engine.found
    assert seen
    known = seen.model_dump(exclude={"template"}, exclude_defaults=True).items()
    told = ", ".join(f"{name} {value}" for name, value in known)
    return f"{told}; asked with {real.context} tokens"


async def unknown(real: Real) -> str:
    """A model that is not there is refused by name."""
    seen = real.engine.found
    if not seen or seen.server not in KNOWING:
        return "not checked: the server answers to any name"
    engine = ServedEngine(real.codec, ServerConfig(url=real.place.url, key=real.place.key, model=NONE))
    try:
        failure = await _failure(engine.start())
    finally:
        await engine.aclose()
    assert failure, "a model that is not there was found"
    assert failure.kind == FailureKind.REFUSED, failure
    assert NONE in str(failure), failure
    return str(failure)


async def answered(real: Real) -> str:
    seen = real.engine.found
    completion = await real.ask("What is a pull request?", 40)
    assert completion.text, "the answer is empty"
    assert seen, "nothing was found"
    assert completion.model == seen.name, completion.model
    assert completion.usage.prompt > 0, "the prompt is not counted"
    assert 0 < completion.usage.answer <= 40, completion.usage
    return f"{completion.usage.prompt} tokens asked, {completion.usage.answer} answered"


async def schema(real: Real) -> str:
    """An answer fits a small schema."""
    completion = await real.ask("Describe a change.", 400, SCHEMA)
    wrong = real.misfit(completion, SCHEMA)
    assert wrong is None, f"{wrong}: {completion.text!r:.200} ({completion.finish})"
    return json.dumps(json.loads(completion.text), ensure_ascii=False)


async def review(real: Real) -> str:
    """The first questions of a review: an answer fits, or was cut by its length."""
    function = ReviewFunction(real.sandbox, MODULES / "code-review-function.wasm")
    settings = ReviewSettings(
        model=real.engine.model, templates=templates(ROOT / "prompts"), features=Features(texts=False)
    )
    step = await function.review(CHANGE, settings, [], real.engine.count)
    assert isinstance(step, Ask)
    told = []
    for request in step.requests:
        completion = await real.engine.complete(request)
        wrong = real.misfit(completion, request.format or "")
        assert wrong is None or completion.finish == Finish.LENGTH, f"{wrong}: {completion.text!r:.200}"
        told.append(f"{request.id} {'is cut' if wrong else 'fits'} after {completion.usage.answer} tokens")
    return ", ".join(told)


async def cut(real: Real) -> str:
    """An answer that needs more tokens than it may have is finished by length."""
    completion = await real.ask("Count from 1 to 1000, one number a line.", 16)
    assert completion.finish == Finish.LENGTH, completion
    assert completion.usage.answer <= 16, completion.usage
    return f"after {completion.usage.answer} tokens"


async def too_long(real: Real) -> str:
    """A prompt is refused as too long, not cut."""
    failure = await _failure(real.ask("yes no " * real.context, 16))
    assert failure, f"a prompt of more than {real.context} tokens was taken"
    assert failure.kind == FailureKind.CONTEXT, f"{failure.kind}: {failure}"
    return str(failure)


async def full(real: Real) -> str:
    """An answer for which the context has no room is cut or refused: nothing of the prompt is forgotten."""
    few, more = [(await real.ask("yes no " * count, 1)).usage.prompt for count in (50, 150)]
    count = int((real.context - 20 - few) / ((more - few) / 100)) + 50
    try:
        completion = await real.ask("yes no " * count, 400)
    except EngineFailure as failure:
        if failure.kind != FailureKind.CONTEXT:
            raise
        return str(failure)
    assert completion.usage.tokens <= real.context + 1, f"{completion.usage} in {real.context} tokens"
    return f"{completion.usage.prompt} and {completion.usage.answer} tokens, {completion.finish}"


async def counted(real: Real) -> str:
    """No text is counted as fewer tokens than it takes."""
    counts = await asyncio.to_thread(real.engine.count, WORDS)
    usage = (await real.ask(WORDS, 1)).usage
    assert usage.prompt <= counts + AROUND, f"{usage.prompt} tokens were counted as {counts}"
    return f"{counts} tokens, and {usage.prompt} with what a chat adds"


async def together(real: Real) -> str:
    """More questions than it answers at once."""
    many = real.engine.load.slots + 2
    answers = await asyncio.gather(*(real.ask(f"Number {n}?", 20) for n in range(many)))
    return f"{len(answers)} questions, {real.engine.load.slots} at a time"


async def cancelled(real: Real) -> str:
    """Who goes away is not waited for."""
    question = "Count from 1 to 1000, one number a line.", real.engine.model.context // 2
    whole = await _seconds(real.ask(*question))
    long = asyncio.create_task(real.ask(*question))
    await asyncio.sleep(whole / 10)
    long.cancel()
    await asyncio.wait([long])
    next_ = await _seconds(real.ask("And now?", 1))
    assert long.cancelled(), "the answer was there before it could be cancelled"
    assert next_ < max(whole / 2, 0.5), f"the next answer took {next_:.2f} s, a whole one {whole:.2f} s"
    return f"the next answer came after {next_:.2f} s, a whole one takes {whole:.2f} s"


CHECKS: tuple[Check, ...] = (
    found, unknown, answered, schema, review, cut, too_long, full, counted, together, cancelled,
)  # fmt: skip


async def _seconds(doing: Awaitable[object]) -> float:
    before = time.monotonic()
    await doing
    return time.monotonic() - before


async def _failure(doing: Awaitable[object]) -> EngineFailure | None:
    try:
        await doing
    except EngineFailure as failure:
        return failure
    return None


async def run(place: ServerConfig) -> bool:
    """Whether all is well. Without a server there is nothing else to check."""
    real, well = Real(place), True
    try:
        for check in CHECKS:
            try:
                told, held = await check(real), True
            except (EngineFailure, ModuleError, AssertionError) as wrong:
                told, held = f"{wrong}", False
            sys.stdout.write(f"{'ok  ' if held else 'FAIL'} {check.__name__}: {told}\n")
            sys.stdout.flush()
            well = well and held
            if check is found and not held:
                break
    finally:
        await real.engine.aclose()
    return well


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url")
    parser.add_argument("--model", help="what the server calls it, where there are several")
    parser.add_argument("--key")
    parser.add_argument("--context", type=int, help="tokens, where less is wanted than the server has")
    parser.add_argument("--timeout", type=float, default=600, help="seconds for an answer")
    chosen = parser.parse_args(arguments)
    place = ServerConfig(
        url=chosen.url,
        key=chosen.key,
        model=chosen.model,
        context=chosen.context,
        timeout=chosen.timeout,
    )
    return 0 if asyncio.run(run(place)) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
