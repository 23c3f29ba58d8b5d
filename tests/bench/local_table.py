"""Formats the turns of both sides as one line."""

from collections.abc import Callable, Mapping, Sequence
from statistics import median

from tests.bench.local_sides import OURS, THEIRS
from tests.bench.local_turn import Turn

HEAD = (
    f"{'at once':>7}{'tokens/s ours':>15}{'theirs':>9}{'ratio':>7}"
    f"{'CPU ms/token':>14}{'theirs':>9}{'ratio':>7}"
    f"{'first token ms':>16}{'theirs':>9}{'MB model':>10}{'asker':>7}{'theirs':>8}"
)


def line(many: int, taken: Mapping[str, Sequence[Turn]]) -> str:
    """One line of medians, including the ratios of each round."""
    ours, theirs = taken[OURS], taken[THEIRS]
    rates = f"{_middle(ours, _rate):>15.1f}{_middle(theirs, _rate):>9.1f}{_ratio(ours, theirs, _rate):>7.3f}"
    costs = f"{_middle(ours, _cost):>14.2f}{_middle(theirs, _cost):>9.2f}{_ratio(ours, theirs, _cost):>7.3f}"
    firsts = f"{_middle(ours, _first):>16.0f}{_middle(theirs, _first):>9.0f}"
    memory = f"{_middle(ours, _memory):>10.0f}{_middle(ours, _parent):>7.0f}{_middle(theirs, _memory):>8.0f}"
    return f"{many:>7}{rates}{costs}{firsts}{memory}"


def _rate(turn: Turn) -> float:
    return turn.counts.answer / turn.seconds


def _cost(turn: Turn) -> float:
    return turn.cpu * 1000 / turn.counts.answer


def _first(turn: Turn) -> float:
    return turn.first * 1000


def _memory(turn: Turn) -> float:
    return turn.memory


def _parent(turn: Turn) -> float:
    return turn.parent


def _middle(turns: Sequence[Turn], figure: Callable[[Turn], float]) -> float:
    return median(map(figure, turns))


def _ratio(ours: Sequence[Turn], theirs: Sequence[Turn], figure: Callable[[Turn], float]) -> float:
    """The ratios of the turns of each round."""
    return median(figure(one) / max(figure(other), 1e-9) for one, other in zip(ours, theirs, strict=True))
