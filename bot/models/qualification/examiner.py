"""Asks a model the control questions at its first use."""

import asyncio
from typing import Protocol

import structlog

from bot.core.errors import EngineFailure
from bot.core.llm.engine import Engine
from bot.core.llm.messages import FailureKind, Request
from bot.core.llm.qualification import Qualification
from bot.models.qualification.questions import PAIRS, ControlPair

log = structlog.get_logger()

# Failures that are the model's own: it cannot give an answer that can be read.
_WRONG = frozenset({FailureKind.INVALID, FailureKind.CONTEXT})


class Results(Protocol):
    """Storage of the results. Both methods block briefly and never raise."""

    def read(self, model: str, version: str) -> Qualification | None: ...

    def write(self, version: str, result: Qualification) -> None: ...


class Examiner:
    """Remembers the results in `results`, and asks each model once at a time."""

    def __init__(self, results: Results) -> None:
        self._results = results
        self._locks: dict[tuple[str, str], asyncio.Lock] = {}

    async def qualification(self, engine: Engine) -> Qualification:
        """The stored result, or that of asking now. Raises `EngineFailure` if the model cannot be asked."""
        model = engine.model
        async with self._locks.setdefault((model.name, model.version), asyncio.Lock()):
            known = await asyncio.to_thread(self._results.read, model.name, model.version)
            return known or await self.examine(engine)

    async def examine(self, engine: Engine) -> Qualification:
        """Asks the control questions and stores the result. Raises `EngineFailure`."""
        told = await asyncio.gather(
            *(_tells_apart(engine, at, pair) for at, pair in enumerate(PAIRS, start=1))
        )
        result = Qualification(model=engine.model.name, right=sum(told), pairs=len(PAIRS))
        await asyncio.to_thread(self._results.write, engine.model.version, result)
        write = log.info if result.passed else log.warning
        write("model_examined", model=result.model, right=result.right, pairs=result.pairs)
        return result


async def _tells_apart(engine: Engine, number: int, pair: ControlPair) -> bool:
    """Whether the model finds the planted bug, and nothing in its correct twin."""
    planted, correct = await asyncio.gather(
        _answer(engine, pair.question(number, planted=True, model=engine.model)),
        _answer(engine, pair.question(number, planted=False, model=engine.model)),
    )
    return pair.is_found(planted) and pair.is_cleared(correct)


async def _answer(engine: Engine, request: Request) -> str:
    """The text of the answer; empty for one that cannot be read. Raises `EngineFailure`."""
    try:
        return (await engine.complete(request)).text
    except EngineFailure as failure:
        if failure.kind in _WRONG:
            return ""
        raise
