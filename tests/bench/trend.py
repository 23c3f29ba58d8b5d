"""Records the resource use of the bot's processes over time, and summarises it."""

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import linear_regression
from typing import TextIO

from tests.bench.gauge import Use

WARM = 180.0  # seconds of warm-up
JOBS = ("waiting", "running", "parked")
SIZES = ("main", "main_wal", "inbox", "inbox_wal")


@dataclass(frozen=True)
class Sample:
    """A sample at `seconds` after the start. Sizes are bytes."""

    seconds: float
    uses: dict[str, Use]
    jobs: dict[str, int]
    unread: int
    sizes: dict[str, int]


@dataclass
class Trend:
    """Writes each sample immediately, one row per process."""

    file: TextIO
    samples: list[Sample] = field(default_factory=list)

    def __post_init__(self) -> None:
        head = ("seconds", "process", "rss_mb", "pss_mb", "files", "threads", "cpu_s")
        csv.writer(self.file).writerow((*head, *JOBS, "unread", *(f"{name}_bytes" for name in SIZES)))

    def add(self, sample: Sample) -> None:
        self.samples.append(sample)
        rows = csv.writer(self.file)
        for name, use in sample.uses.items():
            own = (f"{use.rss:.2f}", f"{use.pss:.2f}", use.files, use.threads, f"{use.cpu:.2f}")
            shared = (*(sample.jobs.get(state, 0) for state in JOBS), sample.unread)
            sizes = (sample.sizes.get(name, 0) for name in SIZES)
            rows.writerow((f"{sample.seconds:.1f}", name, *own, *shared, *sizes))
        self.file.flush()

    def report(self) -> list[str]:
        """A line per process and figure: after warm-up, in the middle, at the end, and the slope over the
        last two thirds.
        """
        heads = "".join(f"{head:>12}" for head in ("minute 3", "middle", "end", "per hour"))
        lines = [f"{'':<28}{heads}"]
        for name in self.samples[-1].uses:
            for what, figure in FIGURES.items():
                points = [(one.seconds, figure(one.uses[name])) for one in self.samples if name in one.uses]
                lines.append(f"{f'{name}: {what}':<28}" + "".join(f"{one:>12.1f}" for one in _shape(points)))
        return lines


def _shape(points: Sequence[tuple[float, float]]) -> tuple[float, float, float, float]:
    begin, end = points[0][0], points[-1][0]

    def at(seconds: float) -> float:
        return min(points, key=lambda point: abs(point[0] - seconds))[1]

    return at(begin + WARM), at((begin + end) / 2), points[-1][1], slope(points) * 3600


def slope(points: Sequence[tuple[float, float]]) -> float:
    """The slope per second over the last two thirds, by least squares."""
    late = points[len(points) // 3 :]
    return linear_regression(*zip(*late, strict=True)).slope if len(late) > 1 else 0.0


FIGURES: dict[str, Callable[[Use], float]] = {
    "RSS, MB": lambda use: use.rss,
    "PSS, MB": lambda use: use.pss,
    "open files": lambda use: use.files,
    "threads": lambda use: use.threads,
}
