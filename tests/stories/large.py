"""Large changes, and a model in this process that answers from the questions' schemas.

As a program, it reviews the largest one and tells what was seen: memory is measured best from outside.
"""

import asyncio
import json
import os
import re
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from bot.app.function import module, review_settings
from bot.cli.run_journal import RunJournal
from bot.core.change import Change, File, FileStatus
from bot.core.llm.budget import TokenLimits
from bot.core.llm.messages import Completion, Finish, Model, Request, Usage
from bot.core.rendering import render_summary
from bot.models.routing import Router
from bot.review.produce.options import ReviewOptions
from bot.review.produce.reviewer import Reviewer, ReviewOutcome, make_report
from bot.sandbox import ReviewFunction, Sandbox
from bot.settings import load
from bot.web import PrometheusMetrics
from tests.stories.scripted_model import ScriptedModel

WORDS = ("total", "items", "price", "order", "user", "cart", "stock", "query", "result", "value")
LINES = 18  # of most files


def source(number: int, lines: int) -> str:
    """A patch that adds a Python file of functions, none like another file's."""

    def line(at: int) -> str:
        word, other = WORDS[(number + at) % 10], WORDS[(number * 7 + at * 3) % 10]
        if at % 4 == 0:
            return f"+def {word}_{number}_{at}({other}):\n"
        return f"+    {other}_{at} = {word} + {at * number}\n"

    return f"@@ -0,0 +1,{lines} @@\n" + "".join(map(line, range(lines)))


def added(path: str, number: int, lines: int = LINES) -> File:
    patch = source(number, lines)
    return File(path=path, status=FileStatus.ADDED, additions=lines, deletions=0, patch=patch)


def large_change(files: int = 2000) -> Change:
    """Mostly small files. Some are larger than a small context, some are not to be read."""

    def each() -> Iterator[File]:
        for at in range(files):
            folder = f"src/part{at % 40}/unit{at % 7}"
            match at % 250:
                case 17:
                    path, absent = f"{folder}/image{at}.png", "binary file"
                    yield File(path=path, status=FileStatus.ADDED, additions=0, deletions=0, absent=absent)
                case 19:
                    yield added(f"vendor/lib{at}/x.py", at)
                case 33:
                    yield added(f"{folder}/file{at}.py", at, 1000)
                case _:
                    yield added(f"{folder}/file{at}.py", at)

    return Change(
        repository="acme/shop", number=1, title="Rewrite", body="All.", head="a" * 40, files=tuple(each())
    )


class SchemaEngine:
    """Answers what fits the schema of a question, and remembers what it was shown: the paths of each chunk,
    the tokens of each answer.
    """

    kind = "openai"
    local = True

    def __init__(self, context: int = 8000, answer: int = 1200) -> None:
        self.model = Model(name="schema", context=context, answer=answer)
        self.script = ScriptedModel()
        self.asked: list[str] = []
        self.shown: dict[str, list[str]] = {}
        self.largest = 0
        self.tokens = 0

    def count(self, text: str) -> int:
        return len(text) // 3 + 1

    async def complete(self, request: Request) -> Completion:
        schema = json.loads(request.format or "{}")
        self.asked.append(request.id)
        if "notes" in schema["properties"]:
            self.shown[request.id] = paths_of(schema)
        said = json.dumps(self.script.usual({"response_format": {"json_schema": {"schema": schema}}}))
        prompt = sum(self.count(message.text) for message in request.messages)
        usage = Usage(prompt=prompt, answer=min(self.count(said), request.answer))
        self.largest = max(self.largest, prompt + request.answer)
        self.tokens += usage.tokens
        return Completion(text=said, finish=Finish.STOP, usage=usage, model=self.model.name)

    def chunks(self) -> dict[str, list[str]]:
        """The chunks that show each file, by its path."""
        found: dict[str, list[str]] = {}
        for name, paths in self.shown.items():
            for path in paths:
                found.setdefault(path, []).append(name)
        return found


def paths_of(schema: dict[str, Any]) -> list[str]:
    """The files that a chunk's question may be answered about."""
    paths: list[str] = schema["properties"]["notes"]["items"]["properties"]["path"]["enum"]
    return paths


async def reviewed(change: Change, engine: SchemaEngine, limits: TokenLimits | None = None) -> ReviewOutcome:
    """The review by the built-in function, with the built-in prompts."""
    settings = load()
    cache = os.environ.get("TEST_MODULE_CACHE")
    sandbox = Sandbox(Path(cache) if cache else None)
    function = ReviewFunction(sandbox, module(settings, "code-review-function"))
    memory = RunJournal()
    router = Router([engine], private_local_only=False)
    wish = ReviewOptions(settings=review_settings(settings), limits=limits or TokenLimits())
    return await Reviewer(function, router, memory, memory.ledger, PrometheusMetrics()).review(change, wish)


def megabytes() -> float:
    """The most memory that this process has had. getrusage counts what it was forked from, too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024 / 1e6  # type: ignore[index]  # it is there


def main(words: Sequence[str]) -> None:
    """Reviews a change of so many files, and prints what was seen as JSON."""
    change, engine = large_change(int(words[0])), SchemaEngine()
    verdict = asyncio.run(reviewed(change, engine))
    seen = {
        "asked": engine.asked,
        "chunks": engine.chunks(),
        "largest": engine.largest,
        "diff": sum(engine.count(file.patch or "") for file in change.files),
        "coverage": [entry.model_dump() for entry in verdict.review.coverage],
        "problems": verdict.review.problems,
        "summary": render_summary(make_report(change, verdict, "")),
        "megabytes": megabytes(),
        "seconds": time.process_time(),
    }
    sys.stdout.write(json.dumps(seen))


if __name__ == "__main__":
    main(sys.argv[1:])
