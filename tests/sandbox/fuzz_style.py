"""No style of code traps the review function: `python -m tests.sandbox.fuzz_style --mutations 100000`.

Real-looking code of every language that has rules is written otherwise, put into hunks of all kinds, and
reviewed by the module in wasm_modules/dist: by rules alone, and by a model that finds nothing. Each number is
one change; `--first N --mutations 1` tries number N again.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from bot.core.change import Change, File, FileStatus
from bot.core.errors import ModuleError
from bot.core.llm.messages import Completion, Exchange, Finish, Model, Usage
from bot.core.lookups import Passage, Passages
from bot.core.review import ReviewSettings, Template
from bot.sandbox.components import guest_limits
from bot.sandbox.components.value_types import VariantCase
from bot.sandbox.review_function import WORLD
from bot.sandbox.sandbox import Module
from tests.sandbox.guests import DIST, ROOT, SANDBOX
from tests.sandbox.styles import WAYS, rewritten

CORPORA = ROOT / "wasm_modules" / "code-review-function" / "tests"
ODD_PATHS = (
    "",
    "/",
    ".",
    "a//b.py",
    "ä/世 界.go",
    "a\nb.c",
    " x.js ",
    ".py",
    "migrations/v1__.sql",
    "x/" * 300 + "y.ts",
)
ANSWER = (
    '{"notes": [], "findings": [], "risks": [], "verdicts": [], "purpose": "It goes.", "digest": "It goes."}'
)
ROUNDS = 20
BATCH = 5000

MODEL = Model(name="m", context=20_000, answer=1000)
TEMPLATES = tuple(
    Template(name=file.stem, text=file.read_text("utf-8")) for file in sorted((ROOT / "prompts").glob("*.md"))
)


class Seed(NamedTuple):
    """Code that is written otherwise; `whole`: a file as people write it, not a case of a few lines."""

    path: str
    text: str
    whole: bool


def seeds() -> Sequence[Seed]:
    """The files of the function's own tests, and the cases of its rules."""
    found = [
        _seed(block, whole=folder == "style")
        for folder in ("signals", "style")
        for file in sorted((CORPORA / folder).glob("*.txt"))
        for block in file.read_text("utf-8").split("\n>>> ")[1:]
    ]
    assert len(found) > 500, "the corpora are read"
    return found


def _seed(block: str, *, whole: bool) -> Seed:
    head, _, text = block.partition("\n")
    if text.startswith("@@"):
        text = "".join(f"{line[1:]}\n" for line in text.split("\n") if not line.startswith("@@"))
    return Seed(head.split(" ")[-1], text.replace("¦", ""), whole)


def change(every: Sequence[Seed], number: int) -> Change:
    """The change of that number: first every file in every way, then any code in any ways."""
    random = Random(number)
    files = [seed for seed in every if seed.whole]
    if number < len(files) * len(WAYS):
        seed, way = files[number // len(WAYS)], WAYS[number % len(WAYS)]
        return Change(files=(_file(seed.path, _added(way(random, seed.text))),))
    chosen = random.choices(random.choice([every, files]), k=random.choice([1, 1, 2, 3]))
    return Change(title="Write it otherwise", files=tuple(_rewritten(random, seed) for seed in chosen))


def _file(path: str, patch: str, **fields: Any) -> File:
    lines = patch.split("\n")
    counts = {
        "additions": sum(line.startswith("+") for line in lines),
        "deletions": sum(line.startswith("-") for line in lines),
    }
    return File.model_validate(
        {"path": path, "status": FileStatus.MODIFIED, "patch": patch, **counts} | fields
    )


def _rewritten(random: Random, seed: Seed) -> File:
    text = rewritten(random, seed.text)
    patch = random.choice((_added(text), _deleted(text), _deleted(text) + _added(text), _mixed(random, text)))
    fields: dict[str, Any] = {}
    if random.random() < 0.1:
        fields["status"] = random.choice(list(FileStatus))
    if random.random() < 0.1:
        patch = random.choice(["", patch[: random.randrange(len(patch) + 1)], patch.rstrip("\n")])
    if random.random() < 0.05:
        fields |= {"additions": 2**32 - 1, "deletions": 2**32 - 1, "marks": ("-generated",), "rules": (7,)}
    path = random.choice(ODD_PATHS) if random.random() < 0.05 else seed.path
    return _file(path, patch, **fields)


def _hunk(lines: Sequence[tuple[str, str]], start: int = 10) -> str:
    old, new = (sum(mark != gone for mark, _ in lines) for gone in "+-")
    body = "".join(f"{mark}{line}\n" for mark, line in lines)
    return f"@@ -{start},{old} +{start},{new} @@ fn f(\n{body}"


def _added(text: str) -> str:
    return _hunk([("+", line) for line in text.split("\n")])


def _deleted(text: str) -> str:
    return _hunk([("-", line) for line in text.split("\n")])


def _mixed(random: Random, text: str) -> str:
    marks = random.choice(["+ ", "+- ", "- ", "+-"])
    lines = [(random.choice(marks), line) for line in text.split("\n")]
    return _hunk(lines, random.choice([0, 1, 10, 2**32 - 1 - len(lines)]))


def review(module: Module, change: Change, model: Model | None) -> None:
    """Calls the function until it is done. Raises `ModuleError` where it fails."""
    settings = ReviewSettings(model=model, templates=TEMPLATES)
    answers: list[Exchange] = []
    for _ in range(ROUNDS):
        allowed = guest_limits.of_review(change, answers)
        said = module.call("review", (change, settings, tuple(answers)), allowed, _count)
        match said:
            case VariantCase("ok", VariantCase("done", _)):
                return
            case VariantCase("ok", VariantCase("ask", requests)):
                answers += [Exchange(id=one["id"], answer=_completion()) for one in requests]
            case VariantCase("ok", VariantCase("fetch", places)):
                answers += [Exchange(id=one["id"], answer=_completion()) for one in places]
            case VariantCase("ok", VariantCase("look", lookups)):
                answers += [Exchange(id=one["id"], answer=_passages(change)) for one in lookups]
            case _:
                raise ModuleError("refused", module.name, str(said))
    raise ModuleError("invalid", module.name, f"not done after {ROUNDS} rounds")


def _count(text: str) -> int:
    return len(text) // 4 + 1


def _completion() -> Completion:
    return Completion(text=ANSWER, finish=Finish.STOP, usage=Usage(prompt=1, answer=1), model="m")


def _passages(change: Change) -> Passages:
    """The changed text itself, as the function that holds all of it."""
    shown = [
        Passage(path=file.path, line=1, end=99, name="total", kind="function", text=file.patch or "")
        for file in change.files
    ]
    return Passages(passages=tuple(shown))


def failures(first: int, count: int, module: Path = DIST / "code-review-function.wasm") -> list[str]:
    """What went wrong with the changes of these numbers."""
    loaded = SANDBOX.load(module, "code-review-function", WORLD)
    every, failed = seeds(), []
    for number in range(first, first + count):
        made = change(every, number)
        try:
            review(loaded, made, None)
            if number % 4 == 0:
                review(loaded, made, MODEL)
        except ModuleError as error:
            failed.append(f"{number}: {error}: {[file.path for file in made.files]}")
    return failed


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--mutations", type=int, default=5000)
    arguments.add_argument("--first", type=int, default=0, help="the number of the first change")
    arguments.add_argument("--module", type=Path, default=DIST / "code-review-function.wasm")
    asked = arguments.parse_args()
    began = time.monotonic()
    failed: list[str] = []
    end = asked.first + asked.mutations
    for first in range(asked.first, end, BATCH):
        failed += failures(first, min(BATCH, end - first), asked.module)
        seconds = time.monotonic() - began
        done = min(first + BATCH, end) - asked.first
        print(f"{done} changes in {seconds:.0f} s, {len(failed)} failed", flush=True)  # noqa: T201
    print("\n".join(failed))  # noqa: T201
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
