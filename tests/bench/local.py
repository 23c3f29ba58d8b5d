"""Compares a model behind WASI-NN with llama.cpp's own server: `make bench-local`.

Both load the same file and get the same questions, with the same slots, batch size and threads. They are
measured in turn, in an order that changes with each round; the output shows medians.
"""

import argparse
import asyncio
import os
import sys
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path

from bot.models.llama.gguf import threads
from bot.sandbox import Sandbox
from tests.bench.local_models import SHAPES, kept
from tests.bench.local_sides import Side, ours, theirs
from tests.bench.local_table import HEAD, line
from tests.bench.local_turn import Turn, question, take_turn

SLOTS = 16
PARALLEL = (1, 4, 16)
LEAST = 4  # questions per turn
PROMPT, ANSWER = 256, 64  # tokens

Turns = Mapping[
    int, Mapping[str, Sequence[Turn]]
]  # by the number of concurrent questions, and the side's name


class UnequalError(Exception):
    """The two sides did different work, so their times cannot be compared."""


async def measure(model: Path, rounds: int, parallel: Sequence[int] = PARALLEL, slots: int = SLOTS) -> Turns:
    """Raises `UnequalError`."""
    turns: dict[int, dict[str, list[Turn]]] = {many: defaultdict(list) for many in parallel}
    numbers = count()
    async with AsyncExitStack() as stack:
        sides: list[Side] = [
            await stack.enter_async_context(ours(model, slots, Sandbox())),
            await stack.enter_async_context(theirs(model, slots)),
        ]
        for side in sides:
            await side.ask("Are you there?", 1)
        for number in range(rounds):
            sides.reverse()
            for many in parallel:
                long = max(LEAST // many, 1)
                lanes = [[question(next(numbers), PROMPT) for _ in range(long)] for _ in range(many)]
                taken = {side.name: await take_turn(side, lanes, ANSWER) for side in sides}
                check(taken, many * long * ANSWER)
                for name, turn in taken.items():
                    turns[many][name].append(turn)
                tell(f"round {number + 1}  {line(many, {name: [turn] for name, turn in taken.items()})}")
    return turns


def check(taken: Mapping[str, Turn], answered: int) -> None:
    """Checks that both read and wrote the requested number of tokens."""
    prompts = {turn.counts.prompt for turn in taken.values()}
    answers = {turn.counts.answer for turn in taken.values()}
    if len(prompts) > 1 or answers != {answered}:
        raise UnequalError(f"asked for {answered} tokens, got {taken}")


def tell(text: str) -> None:
    """Reports progress on stderr, apart from the figures."""
    sys.stderr.write(f"{text}\n")


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="one round of the smallest")
    parser.add_argument("--only", choices=SHAPES, help="measure only the model of this size")
    return parser.parse_args()


def main() -> None:
    given = arguments()
    names = [given.only] if given.only else list(SHAPES)[: 1 if given.quick else None]
    sys.stdout.write(
        f"Prompts of about {PROMPT} tokens, answers of {ANSWER}; {SLOTS} slots; llama.cpp has {threads()} of "
        f"{os.cpu_count()} cores (load {os.getloadavg()[0]:.1f}).\n"
        "Medians; the ratios are those of the two turns of one round, ours to theirs.\n"
    )
    for name in names:
        turns = asyncio.run(measure(kept(name), 1 if given.quick else given.rounds))
        lines = [line(many, taken) for many, taken in turns.items()]
        sys.stdout.write("\n".join([f"\nmodel of {name}", HEAD, *lines, ""]))
        sys.stdout.flush()


if __name__ == "__main__":
    main()
