"""The current storm, if any, and the counts of its strikes."""

from collections import Counter

from github_simulator.calls import Call
from github_simulator.state import World
from github_simulator.storm.fitting import kinds_for
from github_simulator.storm.kinds import OF_DELIVERIES
from github_simulator.storm.order import Storm
from github_simulator.storm.rng import SeededRng, Strike


class CurrentStorm:
    """`struck` counts strikes by kind since the last storm began, also after its end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rng: SeededRng | None = None
        self._calls_until_reset = 0  # calls until the clock is reset
        self._ordinals: dict[str, int] = {}  # by GUID, from 1
        self._attempts: Counter[str] = Counter()  # by GUID
        self.struck: Counter[str] = Counter()

    def begin(self, storm: Storm) -> None:
        """Starts a storm, which replaces the current one."""
        self.calm()
        self.struck.clear()
        self._rng = SeededRng(storm)

    def calm(self) -> None:
        """Ends the storm and resets the clock. Revoked tokens stay revoked."""
        self._rng = None
        self._calls_until_reset, self._world.jump = 0, 0.0

    def strike_for(self, call: Call) -> Strike | None:
        """The strike on a call, if any. Must be called once per call, in the order of their counts."""
        self._pass_time()
        if self._rng is None:
            return None
        return self._rng.draw(call.key, call.count, kinds_for(call.method, call.template))

    def strike_for_delivery(self, guid: str) -> Strike | None:
        """The strike on a delivery, if any. Must be called once per attempt."""
        ordinal = self._ordinals.setdefault(guid, len(self._ordinals) + 1)
        self._attempts[guid] += 1
        if self._rng is None:
            return None
        strike = self._rng.draw(f"delivery {ordinal}", self._attempts[guid], OF_DELIVERIES)
        if strike:
            self.note(strike)
        return strike

    def note(self, strike: Strike) -> None:
        self.struck[strike.kind.value] += 1

    def move_clock(self, strike: Strike) -> None:
        self._world.jump = strike.jump()
        self._calls_until_reset = strike.storm.jump_calls

    def _pass_time(self) -> None:
        if self._calls_until_reset:
            self._calls_until_reset -= 1
            if not self._calls_until_reset:
                self._world.jump = 0.0
