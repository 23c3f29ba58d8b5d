"""Measures how fast a backlog is reviewed, and the engine's cost: `make bench-drain`."""

import argparse
import asyncio
import os
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from bot.engine import ClaimLimits
from tests.bench.backlog import Case, Cost, cost, of_one_pull, of_one_repository
from tests.bench.contender import CACHE
from tests.bench.disk import fsync_ms
from tests.bench.pipeline import FILES, VARIANTS, Drained, Variant, drain
from tests.postgres import cluster

TIMES = 200  # operations of each case
LENGTHS, QUICK = (10, 100, 1_000, 10_000), (10, 50)
MANY = 5_000
Fresh = Callable[[], str]  # the URL of an empty database


def cases(lengths: Sequence[int]) -> Mapping[str, Sequence[Case]]:
    """The cases by the varied parameter; ratios are to the first of each."""
    few, one = lengths[0], ClaimLimits(installation=1)
    blocked = "blocked: one installation at its limit"
    found = {
        "waiting, of 200 repositories": [Case(n) for n in lengths],
        "waiting, of one repository": [Case(n, of_one_repository) for n in lengths],
        "blocked: commands of one pull": [Case(n, of_one_pull, blocked=True) for n in lengths],
        blocked: [Case(n, of_one_repository, blocked=True, limits=one) for n in lengths],
    }
    if len(lengths) > len(QUICK):
        found |= {"asleep, beside 10": [Case(few), Case(few, asleep=MANY)]}
        found |= {"done, beside 10": [Case(few), Case(few, done=MANY)]}
    return found


async def show_engine(name: str, fresh: Fresh, lengths: Sequence[int]) -> None:
    heads = "".join(f"{head:>9}" for head in ("jobs", "submit", "claim", "finish", "CPU", "ratio"))
    tell(f"\n{f'{name}, milliseconds':<40}{heads}")
    for what, varied in cases(lengths).items():
        first = None
        for case in varied:
            taken = await cost(case, fresh(), TIMES)
            first = first or taken
            tell(_line(what, case, taken, first))


def _line(what: str, case: Case, taken: Cost, first: Cost) -> str:
    number = case.asleep or case.done or case.waiting
    figures = (taken.submit, taken.claim, taken.finish, taken.cpu)
    ratio = taken.together / first.together
    return f"{what:<40}{number:>9}" + "".join(f"{one:>9.2f}" for one in figures) + f"{ratio:>9.2f}"


async def show_pipeline(
    fresh: Mapping[bool, Fresh], variants: Sequence[Variant], pulls: int, rounds: int
) -> None:
    """Measures the variants in turn; the order rotates with each round."""
    taken: dict[str, list[Drained]] = defaultdict(list)
    for number in range(rounds):
        for variant in (*variants[number % len(variants) :], *variants[: number % len(variants)]):
            with TemporaryDirectory(prefix="drain-", dir=CACHE) as name:
                taken[variant.name].append(await drain(variant, Path(name), fresh[variant.postgres](), pulls))
    heads = "".join(
        f"{head:>15}" for head in ("reviews/s", "CPU ms/review", "with start-up", "GitHub, model")
    )
    tell(f"\n{f'{pulls} pull requests of {FILES} files':<40}{heads}")
    for variant in variants:
        tell(_medians(variant.name, taken[variant.name]))


def _medians(name: str, taken: Sequence[Drained]) -> str:
    rate = median(one.reviews / one.seconds for one in taken)
    each = [median(getattr(one, part) * 1000 / one.reviews for one in taken) for part in PARTS]
    return f"{name:<40}{rate:>15.1f}" + "".join(f"{one:>15.0f}" for one in each)


PARTS = ("cpu", "cpu_from_start", "others")


@contextmanager
def databases() -> Iterator[Mapping[bool, Fresh]]:
    """Factories of empty databases: True is PostgreSQL, omitted if it is not installed."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        directory = Path(stack.enter_context(TemporaryDirectory(prefix="drain-", dir=CACHE)))
        numbers = count(1)
        found: dict[bool, Fresh] = {False: lambda: f"sqlite:///{directory / f'{next(numbers)}.db'}"}
        try:
            found[True] = stack.enter_context(cluster()).fresh
        except RuntimeError as error:
            tell(f"PostgreSQL: {error}")
        yield found


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pulls", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="short backlogs on SQLite: does the bench work?")
    parser.add_argument("--only", choices=("pipeline", "engine"))
    return parser.parse_args()


async def measure(given: argparse.Namespace) -> None:
    with databases() as fresh:
        shared = f"Bot, simulated GitHub, model and PostgreSQL share {os.cpu_count()} cores"
        tell(f"{shared} (load {os.getloadavg()[0]:.1f}); an fsync of 4 kB takes {fsync_ms(CACHE):.2f} ms.")
        if given.quick:
            await show_engine("SQLite", fresh[False], QUICK)
            return
        if given.only != "engine":
            variants = [one for one in VARIANTS if one.postgres in fresh]
            await show_pipeline(fresh, variants, given.pulls, given.rounds)
        if given.only != "pipeline":
            for postgres, one in fresh.items():
                await show_engine("PostgreSQL" if postgres else "SQLite", one, LENGTHS)


def main() -> None:
    asyncio.run(measure(arguments()))


if __name__ == "__main__":
    main()
