"""Measures the footprint in docs/measurements.md: `make bench-footprint`. Medians, beside a bare Python."""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from wasmtime import Store

from bot.app.function import review_settings
from bot.cli.demo_pull import bundled_script
from bot.core.change import Change
from bot.core.diff import parse_diff
from bot.sandbox import ReviewFunction, Sandbox
from bot.settings import load
from github_simulator import Simulator, served
from tests.stories.stage import Server, private_key, settings

STARTS, CALLS = 7, 200
MODULES = Path(__file__).resolve().parents[2] / "wasm_modules" / "dist"


def median_ms(run: Callable[[], object], times: int) -> float:
    def once() -> float:
        began = time.perf_counter()
        run()
        return (time.perf_counter() - began) * 1000

    return statistics.median(once() for _ in range(times))


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], check=True, capture_output=True, text=True)


def tell(what: str, value: str) -> None:
    sys.stdout.write(f"{what:<58}{value:>18}\n")


def tell_imports() -> None:
    tell("python -c pass", f"{median_ms(lambda: python('-c', 'pass'), STARTS):.0f} ms")
    lines = python("-X", "importtime", "-c", "import bot.cli.serve").stderr.splitlines()
    tell("python -X importtime -c 'import bot.cli.serve'", f"{int(lines[-1].split('|')[1]) / 1000:.0f} ms")


async def tell_server(directory: Path) -> None:
    """From the process's start to its first accepted connection, and its memory then."""
    ready, resident, own = [], [], []
    simulator = Simulator(secret="s", app=1)
    async with served(simulator):
        environment = settings(simulator, None, private_key(), directory)
        (directory / "settings.toml").touch()
        for _ in range(STARTS + 1):
            server = Server(environment)
            began = time.perf_counter()
            await server.start()
            ready.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(0.5)
            resident.append(server.memory("Rss"))
            own.append(server.memory("Pss"))
            await server.stop()
    tell("review-bot serve: start to listening, modules compiled", f"{statistics.median(ready[1:]):.0f} ms")
    tell("the same, first start, modules to be compiled", f"{ready[0]:.0f} ms")
    tell("idle memory (Rss / Pss)", f"{statistics.median(resident):.0f} / {statistics.median(own):.0f} MB")


def tell_modules(directory: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in sorted(MODULES.glob("*.wasm"))}
    for name, size in sizes.items():
        tell(name, f"{size / 1000:.0f} kB")
    tell("all modules", f"{sum(sizes.values()) / 1000:.0f} kB")
    sandbox = Sandbox(directory / "cache")
    path = MODULES / "code-review-function.wasm"
    function = ReviewFunction(sandbox, path)
    tell("load a compiled review function", f"{median_ms(lambda: ReviewFunction(sandbox, path), 20):.1f} ms")
    tell_instance(function)
    tell_first_answer(function)


def tell_instance(function: ReviewFunction) -> None:
    """What isolation costs: a new store with an instance in it, before the function does anything."""
    module = function._module

    def instance() -> None:
        store = Store(module._sandbox.engine)
        store.set_epoch_deadline(1 << 30)
        module._linker.instantiate(store, module._compiled)
        store.close()

    tell("a new store with an instance of the function", f"{median_ms(instance, CALLS) * 1000:.0f} µs")


def tell_first_answer(function: ReviewFunction) -> None:
    """A new store, an instance in it, and the function's answer about the demo's pull request."""
    files = [file for commit in bundled_script().pull.commits for file in parse_diff(commit.diff)]
    change = Change(title="Invoices", files=tuple(files[:3]))
    chosen = review_settings(load())
    loop = asyncio.new_event_loop()
    call = median_ms(lambda: loop.run_until_complete(function.review(change, chosen, (), len)), CALLS)
    loop.close()
    tell("store created to first answer (a review of 3 files)", f"{call:.2f} ms")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        directory = Path(name)
        tell_imports()
        asyncio.run(tell_server(directory))
        tell_modules(directory)


main()
