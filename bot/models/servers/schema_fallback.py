"""What to do when a server takes a JSON schema, and then does not hold its answer to it."""

from collections.abc import Callable

import structlog

from bot.core.llm.messages import Completion, Enforcement, Request
from bot.models.answer_check import AnswerCheck, Ask, Misfit
from bot.models.enforcement import spelled_out

log = structlog.get_logger()


class SchemaFallback:
    """Puts questions with `ask`, whose server enforces JSON as far as `enforced` says.

    Some servers pass over schemas without a word, Ollama for some of its models only. After the first
    answer that does not fit, schemas are spelled out in the questions as well, and what does not fit
    then is passed on: the review function reads what is nearly right. `loose` is as for `AnswerCheck`.
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
        """How far JSON is enforced, by the answers so far."""
        return self._enforced() if self._trusted else Enforcement.PROMPT

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure`."""
        try:
            return await self._checked.complete(request)
        except Misfit as misfit:
            if self._trusted:
                log.warning("the server does not hold its answers to schemas", reason=str(misfit))
            self._trusted = False
        return await self._checked.complete(request)

    async def _put(self, request: Request) -> Completion:
        said = request if self._trusted or request.format is None else spelled_out(request)
        return await self._ask(said)
