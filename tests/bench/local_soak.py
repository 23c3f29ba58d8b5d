"""Queries a local model from several threads, with random cancellations and kills, and checks for leaks.

`python -m tests.bench.local_soak`; the default is `--requests 200`.
"""

import argparse
import os
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError
from bot.models.llama.gguf import Gguf
from bot.models.llama.process import Patience
from bot.models.llama.supervisor import Supervisor
from tests.bench.gauge import family
from tests.gguf_models import make_model

THREADS, SLOTS, CONTEXT = 8, 4, 2048
LONGEST = 200  # tokens of an answer
KILLS_APART = 6  # questions
SETTLE = 20.0  # seconds in which all resources must be released

Ask = Callable[[Supervisor, Random], str]


@dataclass(frozen=True)
class Held:
    """The resources of this process: threads, descendants, open files, model directories."""

    threads: frozenset[str]
    processes: frozenset[int]
    files: int
    rooms: frozenset[str]

    def left(self, before: "Held") -> dict[str, object]:
        """The resources that are new since `before`."""
        came: dict[str, object] = {
            "threads": self.threads - before.threads,
            "processes": self.processes - before.processes,
            "files": max(self.files - before.files, 0),
            "rooms": self.rooms - before.rooms,
        }
        return {name: what for name, what in came.items() if what}


def held() -> Held:
    me = os.getpid()
    return Held(
        frozenset(f"{thread.name} {thread.ident}" for thread in threading.enumerate()),
        frozenset(family(me)),
        len(list(Path(f"/proc/{me}/fd").iterdir())),
        frozenset(str(path) for path in Path(tempfile.gettempdir()).glob("review-bot-llama-*")),
    )


def settled(before: Held, seconds: float = SETTLE) -> dict[str, object]:
    """Leaked resources at the end; returns early if there are none."""
    end = time.monotonic() + seconds
    while (left := held().left(before)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


# ── the requests ───────────────────────────────────────────────────────────────────────────────


def chat(model: Supervisor, random: Random) -> str:
    """A complete answer."""
    wanted = random.randint(1, LONGEST)
    messages = [{"role": "user", "content": "x" * random.randint(1, CONTEXT // 2)}]
    options = {"n-predict": wanted, "temp": 0.0, "seed": 0, "json-schema": None}
    answer = model.ask("complete", soon(60), {"messages": messages, "options": options})
    return "answered" if answer["output"] == wanted else "wrong length"


def late(model: Supervisor, random: Random) -> str:
    """An answer that times out."""
    options = {"n-predict": CONTEXT, "temp": 0.0, "seed": 0, "json-schema": None}
    fields = {"messages": [{"role": "user", "content": "late"}], "options": options}
    model.ask("complete", soon(random.uniform(0, 0.1)), fields)
    return "answered"


def cancelled(model: Supervisor, random: Random) -> str:
    """An answer that is cancelled after a moment."""
    stop = CancellationToken()
    timer = threading.Timer(random.uniform(0, 0.1), stop.set)
    timer.start()
    options = {"n-predict": CONTEXT, "temp": 0.0, "seed": 0, "json-schema": None}
    fields = {"messages": [{"role": "user", "content": "never mind"}], "options": options}
    try:
        model.ask("complete", soon(60), fields, stop)
    finally:
        timer.join()
    return "answered"


def streamed(model: Supervisor, random: Random) -> str:
    """An answer of which only the start is read."""
    pieces = random.randint(0, LONGEST)
    generation = model.generate("x" * random.randint(1, 500), {"n-predict": LONGEST, "temp": 0.0}, soon(60))
    try:
        while pieces and generation.next() is not None:
            pieces -= 1
    finally:
        generation.close()
    return "answered" if generation.result else "closed"


def soon(seconds: float) -> float:
    return time.monotonic() + seconds


WAYS: Sequence[Ask] = (chat, chat, chat, late, cancelled, streamed)


def outcome(model: Supervisor, number: int, seed: int) -> str:
    """How question `number` ended. Some kill the model's process while others wait for it, but not while it
    loads, which would only start a cooldown.
    """
    random = Random(seed * 1_000_003 + number)
    try:
        end = random.choice(WAYS)(model, random)
    except NNError as error:
        return f"{error.code}: {str(error).partition(':')[0]}"
    if number % KILLS_APART == 0:
        _kill(model)
    return end


def _kill(model: Supervisor) -> None:
    pid = model.pid
    if pid:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def run(path: Path, requests: int, seed: int) -> tuple[Counter[str], int, dict[str, object]]:
    """How the questions ended, how often the process was lost, and which resources leaked."""
    before = held()
    model = Supervisor("soak", Gguf(path, context=CONTEXT, slots=SLOTS), Patience(load=60, silence=10))
    try:
        model.start()
        with ThreadPoolExecutor(THREADS, thread_name_prefix="asks") as threads:
            ends = Counter(threads.map(outcome, repeat(model), range(requests), repeat(seed)))
        losses = model.stats().losses
    finally:
        model.close()
    return ends, losses, settled(before)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


def main() -> int:
    """The exit status; 1 if something leaked."""
    given = arguments()
    with TemporaryDirectory() as directory:
        ends, losses, left = run(make_model(Path(directory) / "tiny.gguf"), given.requests, given.seed)
    lines = [f"{count:>6}  {end}" for end, count in ends.most_common()]
    sys.stdout.write(
        "\n".join([*lines, f"{losses:>6}  processes lost", f"left over: {left or 'nothing'}", ""])
    )
    return 1 if left else 0


if __name__ == "__main__":
    sys.exit(main())
