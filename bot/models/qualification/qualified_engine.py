"""An engine that answers only if its model has passed the control questions."""

from bot.core.errors import EngineFailure
from bot.core.llm.engine import Engine
from bot.core.llm.messages import Completion, FailureKind, Model, Request
from bot.core.llm.qualification import Qualification
from bot.models.qualification.examiner import Examiner


class QualifiedEngine:
    """Wraps `engine`, a fallback that is examined only when it is needed."""

    def __init__(self, engine: Engine, examiner: Examiner) -> None:
        self._engine = engine
        self._examiner = examiner
        self._result: Qualification | None = None

    @property
    def model(self) -> Model:
        return self._engine.model

    @property
    def kind(self) -> str:
        return self._engine.kind

    @property
    def local(self) -> bool:
        return self._engine.local

    def count(self, text: str) -> int:
        return self._engine.count(text)

    async def qualification(self) -> Qualification:
        """The result of the control questions, asked at the model's first use. Raises `EngineFailure`."""
        self._result = self._result or await self._examiner.qualification(self._engine)
        return self._result

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure`; of kind refused if the model did not pass."""
        result = await self.qualification()
        if not result.passed:
            raise EngineFailure(
                FailureKind.REFUSED, f"{result.model} passed only {result.score} control questions"
            )
        return await self._engine.complete(request)
