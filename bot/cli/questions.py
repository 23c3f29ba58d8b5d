"""Records what the models are asked and what they answer."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.core.errors import EngineFailure
from bot.core.llm.engine import Engine
from bot.core.llm.messages import Completion, Request
from bot.models.qualification import Examiner
from bot.models.routing import Route, Router


@dataclass(frozen=True)
class AskedQuestion:
    """A request with its answer, or with the reason why there is none."""

    request: Request
    answer: Completion | str

    def as_json(self) -> dict[str, Any]:
        messages = [message.model_dump(mode="json") for message in self.request.messages]
        shown: dict[str, Any] = {"id": self.request.id, "messages": messages}
        if isinstance(self.answer, str):
            return {**shown, "answer": None, "error": self.answer}
        return {
            **shown,
            "answer": self.answer.text,
            "model": self.answer.model,
            "usage": self.answer.usage.model_dump(mode="json"),
        }


class RecordingRouter(Router):
    """A router that keeps every question in `asked`, in the order of the answers."""

    def __init__(
        self, engines: Sequence[Engine], *, private_local_only: bool, examiner: Examiner | None = None
    ) -> None:
        super().__init__(engines, private_local_only=private_local_only, examiner=examiner)
        self.asked: list[AskedQuestion] = []

    def route(self, *, private: bool, wanted: str = "") -> Route | None:
        route = super().route(private=private, wanted=wanted)
        return _RecordingRoute(route.engines, self.asked) if route else None


class _RecordingRoute(Route):
    def __init__(self, engines: Sequence[Engine], asked: list[AskedQuestion]) -> None:
        super().__init__(engines)
        self._asked = asked

    async def complete(self, request: Request) -> tuple[Engine, Completion]:
        try:
            engine, completion = await super().complete(request)
        except EngineFailure as failure:
            self._asked.append(AskedQuestion(request, str(failure)))
            raise
        self._asked.append(AskedQuestion(request, completion))
        return engine, completion
