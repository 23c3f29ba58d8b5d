"""The storm that goes on, if any, and what it has struck."""

from collections import Counter

from github_simulator.calls import Call
from github_simulator.state import World
from github_simulator.storm.fitting import kinds_for
from github_simulator.storm.kinds import OF_DELIVERIES
from github_simulator.storm.order import Storm
from github_simulator.storm.rng import SeededRng, Strike


class CurrentStorm:
    """`struck` counts strikes by kind since the last storm began, also when it is over."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._rng: SeededRng | None = None
        self._moved = 0  # calls after which the clock is moved back
        self._orders: dict[str, int] = {}  # by GUID: the how-manieth it is
        self._attempts: Counter[str] = Counter()  # by GUID
        self.struck: Counter[str] = Counter()

    def begin(self, storm: Storm) -> None:
        """In place of the storm before."""
        self.calm()
        self.struck.clear()
        self._rng = SeededRng(storm)

    def calm(self) -> None:
        """Nothing is struck any more, and the clock is right again. Tokens that were revoked stay so."""
        self._rng = None
        self._moved, self._world.jump = 0, 0.0

    def meet(self, call: Call) -> Strike | None:
        """To be asked once for every call, in the order of their counts."""
        self._pass_time()
        if self._rng is None:
            return None
        return self._rng.throw(call.key, call.count, kinds_for(call.method, call.template))

    def meet_delivery(self, guid: str) -> Strike | None:
        """To be asked once for every attempt to deliver."""
        order = self._orders.setdefault(guid, len(self._orders) + 1)
        self._attempts[guid] += 1
        if self._rng is None:
            return None
        strike = self._rng.throw(f"delivery {order}", self._attempts[guid], OF_DELIVERIES)
        if strike:
            self.note(strike)
        return strike

    def note(self, strike: Strike) -> None:
        self.struck[strike.kind.value] += 1

    def move_clock(self, strike: Strike) -> None:
        self._world.jump = strike.jump()
        self._moved = strike.storm.jump_calls

    def _pass_time(self) -> None:
        if self._moved:
            self._moved -= 1
            if not self._moved:
                self._world.jump = 0.0
