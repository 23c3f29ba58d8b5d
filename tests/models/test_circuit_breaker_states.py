"""Whatever comes in whatever order, the breaker is where its rules say."""

import asyncio
from contextlib import suppress

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bot.core.errors import EngineFailure
from bot.models.circuit_breaker import BreakerPolicy, CircuitBreaker, CircuitState
from tests.models.scripted_engine import DOWN, REQUEST, Clock, ClockedCooldowns, Reply, ScriptedEngine

THRESHOLD, FIRST, LONGEST, PATIENCE = 3, 8.0, 100.0, 5.0


class Breaker(RuleBasedStateMachine):
    """`row` and `rested` are failures and rests in a row, `until` is when the gate opens."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = asyncio.Runner()
        self.clock = Clock()
        self.cooldowns = ClockedCooldowns(self.clock)
        self.engine = ScriptedEngine("first")
        breaker_policy = BreakerPolicy(threshold=THRESHOLD, first=FIRST, longest=LONGEST, patience=PATIENCE)
        self.guarded = CircuitBreaker(
            self.engine, self.cooldowns, breaker_policy=breaker_policy, clock=self.clock
        )
        self.row = self.rested = 0
        self.until = 0.0
        self.doubted = False

    def teardown(self) -> None:
        self.runner.close()

    @property
    def resting(self) -> bool:
        return self.clock.now < self.until

    @rule(seconds=st.sampled_from([1.0, 4.0, 10.0, 120.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.now += seconds

    @precondition(lambda self: self.resting)
    @rule()
    def nobody_is_asked_during_a_rest(self) -> None:
        before = self.engine.asked
        self._ask(None)
        assert before == self.engine.asked

    @precondition(lambda self: not self.resting)
    @rule(kind=st.sampled_from([None, "context", "invalid", "refused"]))
    def it_answers(self, kind: str | None) -> None:
        self._ask(EngineFailure(kind, "no") if kind else None)
        self.row = self.rested = 0
        self.doubted = False

    @precondition(lambda self: not self.resting)
    @rule()
    def it_fails(self) -> None:
        before = len(self.cooldowns.breaker_policy)
        self._ask(DOWN)
        self.row += 1
        if self.doubted or self.row >= THRESHOLD:
            wanted = min(FIRST * 2**self.rested, LONGEST)
            assert wanted <= self.cooldowns.breaker_policy[before] <= wanted * 1.1
            self.rested += 1
            self._rests(self.cooldowns.breaker_policy[before])

    @precondition(lambda self: not self.resting)
    @rule(seconds=st.sampled_from([PATIENCE + 1, 90.0]))
    def it_names_a_long_wait(self, seconds: float) -> None:
        self._ask(EngineFailure("unavailable", "later", seconds))
        self._rests(seconds)

    @invariant()
    def it_is_where_the_rules_say(self) -> None:
        doubted = CircuitState.OPEN if self.resting else CircuitState.HALF_OPEN
        assert (doubted if self.doubted else CircuitState.CLOSED) == self.guarded.state

    def _rests(self, seconds: float) -> None:
        self.doubted = True
        self.until = self.clock.now + seconds

    def _ask(self, reply: Reply) -> None:
        self.engine.replies = [reply]
        with suppress(EngineFailure):
            self.runner.run(self.guarded.complete(REQUEST))


TestBreaker = Breaker.TestCase
TestBreaker.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
