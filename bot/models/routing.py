"""Chooses the engines of a review and the order of the fallbacks."""

from collections.abc import Sequence

import structlog

from bot.core.errors import EngineFailure, Refused
from bot.core.llm.engine import Engine
from bot.core.llm.messages import Completion, FailureKind, Request
from bot.core.llm.qualification import Qualification
from bot.models.circuit_open import CircuitOpen
from bot.models.qualification import Examiner, QualifiedEngine

log = structlog.get_logger()

NO_MODEL = "none"

# Failures after which a fallback is asked. Not when the request is too long: the function then asks the first
# engine again in smaller parts.
_ELSEWHERE = frozenset({FailureKind.UNAVAILABLE, FailureKind.REFUSED})


class Route:
    """Engines in the order in which they are asked; prompts are sized for the first. With an `examiner`, only
    those answer whose model has passed the control questions.
    """

    def __init__(self, engines: Sequence[Engine], examiner: Examiner | None = None) -> None:
        if not engines:
            raise ValueError("a route needs an engine")
        self._engines: tuple[Engine, ...] = tuple(
            QualifiedEngine(engine, examiner) if examiner else engine for engine in engines
        )

    @property
    def engines(self) -> Sequence[Engine]:
        return self._engines

    async def qualify(self) -> Sequence[Qualification]:
        """Drops the first engines while their models do not pass the control questions, and returns these
        results. A model that cannot be asked now stays.
        """
        failed: list[Qualification] = []
        while self._engines and (result := await _failed(self._engines[0])):
            failed.append(result)
            self._engines = self._engines[1:]
        return failed

    async def complete(self, request: Request) -> tuple[Engine, Completion]:
        """The first engine that answers, and its answer.

        Raises:
            EngineFailure: all engines failed. `after` is the shortest wait that any of them requested.
        """
        failures: list[EngineFailure] = []
        for engine in self._engines:
            try:
                return engine, await engine.complete(request)
            except EngineFailure as failure:
                failures.append(failure)
                if failure.kind not in _ELSEWHERE:
                    break
                _log_failure(engine, failure)
        raise _joined(failures)


class Router:
    """Chooses the route of a review.

    With `private_local_only`, only local engines get private repositories.
    """

    def __init__(
        self, engines: Sequence[Engine], *, private_local_only: bool, examiner: Examiner | None = None
    ) -> None:
        self._engines = tuple(engines)
        self._examiner = examiner
        self._private_local_only = private_local_only

    def route(self, *, private: bool, wanted: str = "") -> Route | None:
        """None if no model is configured, or `wanted` is "none". Otherwise an engine of kind `wanted` comes
        first, if there is one; the others are its fallbacks.

        Raises:
            Refused: the repository is private, and no local model is configured.
        """
        if not self._engines or wanted == NO_MODEL:
            return None
        allowed = self._engines
        if private and self._private_local_only:
            allowed = tuple(engine for engine in self._engines if engine.local)
        if not allowed:
            raise Refused(
                "this repository is private, PRIVATE_LOCAL_ONLY is set, and no local model is configured: "
                "set LLAMA_MODEL to a GGUF file, or OPENAI_LOCAL or LLAMA_SERVER_LOCAL if the server in use "
                "counts as local"
            )
        return Route(sorted(allowed, key=lambda engine: engine.kind != wanted), self._examiner)


async def _failed(engine: Engine) -> Qualification | None:
    """The result of the control questions if the model did not pass them."""
    if not isinstance(engine, QualifiedEngine):
        return None
    try:
        result = await engine.qualification()
    except EngineFailure:
        return None
    return None if result.passed else result


def _log_failure(engine: Engine, failure: EngineFailure) -> None:
    """An open circuit was logged when it opened, so later requests are logged at level debug."""
    write = log.debug if isinstance(failure, CircuitOpen) else log.warning
    write("model_failed", model=engine.model.name, reason=str(failure))


def _joined(failures: Sequence[EngineFailure]) -> EngineFailure:
    """One failure for all: temporary if any of them is."""
    passing = [failure for failure in failures if failure.kind == FailureKind.UNAVAILABLE]
    if not passing:
        return failures[-1] if failures[-1].kind not in _ELSEWHERE else failures[0]
    afters = [failure.after for failure in passing if failure.after is not None]
    message = "; ".join(dict.fromkeys(str(failure) for failure in failures))
    return EngineFailure(FailureKind.UNAVAILABLE, message, min(afters, default=None))
