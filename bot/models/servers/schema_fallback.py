"""Puts schemas into the prompt if a server accepts JSON schemas but does not enforce them."""

from collections.abc import Callable

import structlog

from bot.core.llm.messages import Completion, Enforcement, Request
from bot.models.answer_check import AnswerCheck, Ask, Misfit
from bot.models.enforcement import spelled_out

log = structlog.get_logger()


class SchemaFallback:
    """Asks questions with `ask`; `enforced()` is how its server claims to enforce JSON.

    Some servers silently ignore schemas, Ollama only for some models. After the first answer that does not
    fit, questions include the schema as text, and further misfits are passed on: the review function can read
    answers that nearly fit. `loose` is as for `AnswerCheck`.
    """

    def __init__(
        self, ask: Ask, enforced: Callable[[], Enforcement], loose: Callable[[str], str] = str
    ) -> None:
        self._ask = ask
        self._enforced = enforced
        self._trusted = True
        self._checked = AnswerCheck(self._put, lambda: self.enforcement == Enforcement.SCHEMA, loose)

    @property
    def enforcement(self) -> Enforcement:
        """The enforcement of JSON, as known from the answers so far."""
        return self._enforced() if self._trusted else Enforcement.PROMPT

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure`."""
        try:
            return await self._checked.complete(request)
        except Misfit as misfit:
            if self._trusted:
                log.warning("schema_not_enforced", reason=str(misfit))
            self._trusted = False
        return await self._checked.complete(request)

    async def _put(self, request: Request) -> Completion:
        is_plain = self._trusted or request.format is None
        return await self._ask(request if is_plain else spelled_out(request))
