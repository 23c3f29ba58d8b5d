"""What the seed of a storm decides. The same seed decides the same, in whatever order it is asked."""

import random
from dataclasses import dataclass

from github_simulator.storm.kinds import Kind
from github_simulator.storm.order import Storm


@dataclass(frozen=True, slots=True)
class Strike:
    """`chance` decides what is left open: how long, how far, which status."""

    kind: Kind
    storm: Storm
    chance: random.Random

    def delay(self) -> float:
        """Seconds."""
        return self.chance.uniform(0, self.storm.latency)

    def jump(self) -> float:
        """Seconds; below zero is back in time."""
        return self.chance.uniform(-self.storm.jump, self.storm.jump)


class SeededRng:
    def __init__(self, storm: Storm) -> None:
        self._storm = storm
        self._rows: dict[str, tuple[int, int]] = {}  # by key: the last count, and strikes in a row up to it

    def throw(self, key: str, count: int, kinds: frozenset[Kind]) -> Strike | None:
        """What the `count`-th (from 1, rising) of `key` meets, of `kinds`."""
        row = self._row(key, count)
        if not row:
            return None
        chance = self._chance(key, count)
        fitting = sorted(self._storm.kinds & (kinds - _only_first(row)))
        return Strike(chance.choice(fitting), self._storm, chance) if fitting else None

    def _row(self, key: str, count: int) -> int:
        """How many in a row are struck, up to and with this one; 0 when it is not."""
        last, row = self._rows.get(key, (0, 0))
        for at in range(last + 1, count + 1):
            row = row + 1 if row < self._storm.most_in_a_row and self._hits(key, at) else 0
        self._rows[key] = (count, row)
        return row

    def _hits(self, key: str, count: int) -> bool:
        return random.Random(f"hit {self._storm.seed} {key} {count}").random() < self._storm.rate  # noqa: S311 - no secret

    def _chance(self, key: str, count: int) -> random.Random:
        return random.Random(f"{self._storm.seed} {key} {count}")  # noqa: S311 - no secret


def _only_first(row: int) -> frozenset[Kind]:
    """A token that was made a moment ago is not revoked: whoever comes with a new one gets through."""
    return frozenset({Kind.REVOKED_TOKEN}) if row > 1 else frozenset()
