"""Formats the figures of all turns as text."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from statistics import median

from tests.bench.turn import Turn

WIDTH = 38  # of the names


def table(turns: Mapping[str, Sequence[Turn]], many: int, rate: float) -> str:
    """One line per server."""
    head = f"{'':<{WIDTH}}{'ack/s c=1':>10}{f'c={many}':>8}{f'p50 ms at {rate:.0f}/s':>17}{'p99 ms':>9}"
    head += f"{'late':>7}{'errors':>8}  {'durable':<24}{'reviews':>8}"
    return "\n".join([head, *(line(name, taken) for name, taken in turns.items() if taken)])


def line(name: str, taken: Sequence[Turn]) -> str:
    """Medians, and totals of errors, stored deliveries and reviews."""
    one, many, p50, p99 = (_middle(taken, figure) for figure in FIGURES.values())
    late = _middle(taken, lambda turn: turn.late)
    wrong = sum(turn.errors.total() for turn in taken)
    begin = f"{name:<{WIDTH}}{one:>10.0f}{many:>8.0f}{p50:>17.2f}{p99:>9.2f}{late:>7.2f}{wrong:>8}"
    return f"{begin}  {_durable(taken):<24}{sum(turn.reviews for turn in taken) or '':>8}"


def _durable(taken: Sequence[Turn]) -> str:
    acknowledged = sum(turn.acknowledged for turn in taken)
    lost = [turn.lost for turn in taken if turn.lost is not None]
    if not lost:
        return f"no, of {acknowledged}"
    return f"{'NO' if any(lost) else 'yes'}, {acknowledged - sum(lost)} of {acknowledged}"


def ratios(turns: Mapping[str, Sequence[Turn]], many: int) -> str:
    """The ratio of each of ours to each of the others, by figure."""
    names = [name for name, taken in turns.items() if taken]
    ours = [name for name in names if name.startswith("ours")]
    head = f"{'ours / theirs':<{2 * WIDTH}}{'ack/s c=1':>10}{f'c={many}':>8}{'p50':>8}{'p99':>8}"
    lines = [_ratio(turns, mine, theirs) for theirs in names if theirs not in ours for mine in ours]
    return "\n".join([head, *lines]) if lines else ""


def _ratio(turns: Mapping[str, Sequence[Turn]], mine: str, theirs: str) -> str:
    one, many, p50, p99 = (
        _middle(turns[mine], figure) / _middle(turns[theirs], figure) for figure in FIGURES.values()
    )
    return f"{mine:<{WIDTH}}{theirs:<{WIDTH}}{one:>10.2f}{many:>8.2f}{p50:>8.3f}{p99:>8.3f}"


def errors(turns: Mapping[str, Sequence[Turn]]) -> str:
    """The errors of each server that had any."""
    seen = {name: sum((turn.errors for turn in taken), Counter[str]()) for name, taken in turns.items()}
    return "\n".join(
        f"{name}: {', '.join(f'{count} x {error}' for error, count in counted.items())}"
        for name, counted in seen.items()
        if counted
    )


def _middle(taken: Sequence[Turn], figure: Callable[[Turn], float]) -> float:
    return median(figure(turn) for turn in taken)


FIGURES: Mapping[str, Callable[[Turn], float]] = {
    "one": lambda turn: turn.one,
    "many": lambda turn: turn.many,
    "p50": lambda turn: turn.p50,
    "p99": lambda turn: turn.p99,
}
