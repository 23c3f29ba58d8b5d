"""Derives strikes from a storm's seed, independent of the order of calls."""

import random
from dataclasses import dataclass

from github_simulator.storm.kinds import Kind
from github_simulator.storm.order import Storm


@dataclass(frozen=True, slots=True)
class Strike:
    """`rng` decides the details: delay, jump, status."""

    kind: Kind
    storm: Storm
    rng: random.Random

    def delay(self) -> float:
        """Seconds."""
        return self.rng.uniform(0, self.storm.latency)

    def jump(self) -> float:
        """Seconds; negative is back in time."""
        return self.rng.uniform(-self.storm.jump, self.storm.jump)


class SeededRng:
    def __init__(self, storm: Storm) -> None:
        self._storm = storm
        self._streaks: dict[
            str, tuple[int, int]
        ] = {}  # by key: the last count, and strikes in a row up to it

    def draw(self, key: str, count: int, kinds: frozenset[Kind]) -> Strike | None:
        """The strike on call number `count` (from 1, ascending) of `key`, chosen from `kinds`."""
        streak = self._streak(key, count)
        if not streak:
            return None
        rng = self._rng(key, count)
        fitting = sorted(self._storm.kinds & (kinds - _excluded_kinds(streak)))
        return Strike(rng.choice(fitting), self._storm, rng) if fitting else None

    def _streak(self, key: str, count: int) -> int:
        """The length of the current streak of strikes, including this call; 0 if it is not struck."""
        last, streak = self._streaks.get(key, (0, 0))
        for at in range(last + 1, count + 1):
            streak = streak + 1 if streak < self._storm.most_in_a_row and self._hits(key, at) else 0
        self._streaks[key] = (count, streak)
        return streak

    def _hits(self, key: str, count: int) -> bool:
        return random.Random(f"hit {self._storm.seed} {key} {count}").random() < self._storm.rate  # noqa: S311 - no secret

    def _rng(self, key: str, count: int) -> random.Random:
        return random.Random(f"{self._storm.seed} {key} {count}")  # noqa: S311 - no secret


def _excluded_kinds(streak: int) -> frozenset[Kind]:
    """After the first strike of a streak, tokens are not revoked: a client with a new token succeeds."""
    return frozenset({Kind.REVOKED_TOKEN}) if streak > 1 else frozenset()
