"""Falls back to weaker JSON enforcement, with the schema in the prompt, if a server rejects JSON schemas."""

from collections.abc import Awaitable, Callable

from bot.core.errors import EngineFailure
from bot.core.llm.messages import Completion, Enforcement, FailureKind, Model, Request
from bot.models.answer_check import look

LEVELS = (Enforcement.SCHEMA, Enforcement.OBJECT, Enforcement.PROMPT)

Ask = Callable[[Request, Model], Awaitable[Completion]]
Look = Callable[[Request, Completion], None]


class EnforcementFallback:
    """Steps down from the configured enforcement to the one that the server accepts, and remembers it.

    The journal key of a question depends on the configured enforcement, which does not change. `look` gets
    each answer to a question with a schema and logs one that does not fit.
    """

    def __init__(self, model: Model, ask: Ask, look: Look = look) -> None:
        self._model = model
        self._ask = ask
        self._look = look
        self._level = LEVELS.index(model.enforcement)

    @property
    def level(self) -> Enforcement:
        """The enforcement that the server accepts, as known so far."""
        return LEVELS[self._level]

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure`; of kind unsupported if the server rejects even a plain question."""
        if request.format is None:
            return await self._ask(request, self._model)
        for level in range(self._level, len(LEVELS) - 1):
            try:
                return await self._at(level, request)
            except EngineFailure as failure:
                if failure.kind != FailureKind.UNSUPPORTED:
                    raise
        return await self._at(len(LEVELS) - 1, request)

    async def _at(self, level: int, request: Request) -> Completion:
        model = self._model.model_copy(update={"enforcement": LEVELS[level]})
        lowered = level > LEVELS.index(self._model.enforcement)
        completion = await self._ask(spelled_out(request) if lowered else request, model)
        self._look(request, completion)
        self._level = max(self._level, level)
        return completion


def spelled_out(request: Request) -> Request:
    """The request with its schema in the text, for a server that does not enforce it."""
    *before, last = request.messages
    schema = (
        f"{last.text}\n\nAnswer with JSON alone, without a fence. It must fit this schema:\n{request.format}"
    )
    return request.model_copy(update={"messages": (*before, last.model_copy(update={"text": schema}))})
