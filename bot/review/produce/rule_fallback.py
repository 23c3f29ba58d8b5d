"""Calls the review function, and disables rules with which it fails.

A trap ends a call without naming the rule at fault. But the function is pure and fast: it is called without
its rules, so that the model's review continues, and then with some rule families, until those at fault are
found. The others stay enabled.

The disabled families are journaled: a review that is repeated after a crash disables the same ones, also
when the function failed by a timeout.
"""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Protocol, TypeVar

import structlog

from bot.core.errors import ModuleError
from bot.core.llm.messages import Exchange
from bot.core.omission import Omission
from bot.core.review import ReviewSettings

log = structlog.get_logger()

FAILURES = frozenset({"trap", "stack", "memory", "output", "timeout"})
"""Kinds of `ModuleError` that a single rule can cause."""

MOST_CALLS = 80
MOST_SECONDS = 15.0

S = TypeVar("S")
Call = Callable[[ReviewSettings, Sequence[Exchange]], Awaitable[S]]


class RuleFamilies(Protocol):
    async def families(self) -> Sequence[str]:
        """The names of the rule families; empty if the function has none that can be disabled."""
        ...


class OmissionMemory(Protocol):
    """Stores omissions by key."""

    async def recall(self, key: str) -> Omission | None: ...

    async def remember(self, key: str, omission: Omission) -> None: ...


class NoMemory:
    """For a review without a model: repeating it costs nothing."""

    async def recall(self, key: str) -> Omission | None:  # noqa: ARG002 - a memory's shape
        return None

    async def remember(self, key: str, omission: Omission) -> None:
        """Stores nothing."""


class RuleFallback(Generic[S]):
    """The calls of one review, or of one answer. `call` calls the function with settings and answers; `key`
    identifies the review in `memory`.
    """

    def __init__(
        self,
        call: Call[S],
        settings: ReviewSettings,
        families: RuleFamilies,
        *,
        memory: OmissionMemory,
        key: str,
    ) -> None:
        self._call = call
        self._settings = settings
        self._families = families
        self._memory = memory
        self._key = key
        self._omission: Omission | None = None
        self._answers = 0

    @property
    def omission(self) -> Omission | None:
        """The omission of the last call."""
        return self._omission if self._applies() else None

    async def recall(self) -> None:
        """Call it first: restores the omission of an earlier run of the review."""
        self._omission = await self._memory.recall(self._key)

    async def step(self, answers: Sequence[Exchange]) -> S:
        """Calls the function once. Raises `ModuleError` if it fails without its rules, too."""
        self._answers = len(answers)
        omission = self.omission
        settings = omission.narrowed(self._settings) if omission else self._settings
        try:
            return await self._call(settings, answers)
        except ModuleError as error:
            if error.kind not in FAILURES or not settings.features.signals:
                raise
            return await self._with_fewer(settings, answers, error)

    def _applies(self) -> bool:
        return self._omission is not None and self._answers >= self._omission.after

    async def _with_fewer(
        self, settings: ReviewSettings, answers: Sequence[Exchange], error: ModuleError
    ) -> S:
        step = await self._without_rules(settings, answers, error)
        omission = Omission(rules=True, slow=error.kind == "timeout", after=len(answers))
        if not omission.slow:
            search = _CulpritSearch(self._call, settings, answers)
            culprits = await search.culprits(await self._enabled_families(settings))
            if culprits:
                before = self._omission.families if self._omission else ()
                omission = Omission(families=(*before, *culprits), after=len(answers))
            # Even if this call was made before: the token counts of the last call are stored with the review.
            step = await self._call(omission.narrowed(self._settings), answers)
        log.warning(
            "rules_disabled",
            kind=error.kind,
            families=list(omission.families) or "all",
            reason=str(error),
        )
        self._omission = omission
        await self._memory.remember(self._key, omission)
        return step

    async def _without_rules(
        self, settings: ReviewSettings, answers: Sequence[Exchange], error: ModuleError
    ) -> S:
        try:
            return await self._call(Omission(rules=True).narrowed(settings), answers)
        except ModuleError as other:
            if other.kind not in FAILURES:
                raise
            raise ModuleError(
                other.kind, other.module, f"fails with and without its rules: {other.reason}"
            ) from error

    async def _enabled_families(self, settings: ReviewSettings) -> Sequence[str]:
        """The rule families that are still enabled."""
        try:
            names = await self._families.families()
        except ModuleError as error:
            log.warning("rule_families_unavailable", reason=str(error))
            return ()
        return [name for name in names if name not in settings.omit]


class _CulpritSearch(Generic[S]):
    """Finds the families at fault by bisection."""

    def __init__(self, call: Call[S], settings: ReviewSettings, answers: Sequence[Exchange]) -> None:
        self._call = call
        self._settings = settings
        self._answers = answers
        self._calls = MOST_CALLS
        self._ends = time.monotonic() + MOST_SECONDS
        self._all: Sequence[str] = ()

    async def culprits(self, families: Sequence[str]) -> Sequence[str]:
        """The families that must be disabled; empty if that does not help. `families` fail together."""
        self._all = families
        if not families or await self._fails(()):
            return ()
        culprits = await self._among(families)
        return () if await self._fails([name for name in families if name not in culprits]) else culprits

    async def _among(self, families: Sequence[str]) -> Sequence[str]:
        """Those at fault among `families`, which fail together; all of them at the search limit."""
        if len(families) == 1 or self._is_over():
            return families
        middle = len(families) // 2
        culprits: list[str] = []
        for half in (families[:middle], families[middle:]):
            if await self._fails(half):
                culprits += await self._among(half)
        return culprits or families

    def _is_over(self) -> bool:
        return self._calls <= 0 or time.monotonic() > self._ends

    async def _fails(self, families: Sequence[str]) -> bool:
        """Whether the function fails with only these families enabled."""
        self._calls -= 1
        omission = Omission(families=tuple(name for name in self._all if name not in families))
        try:
            await self._call(omission.narrowed(self._settings), self._answers)
        except ModuleError as error:
            return error.kind in FAILURES
        return False
