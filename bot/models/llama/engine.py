"""The engine for a GGUF model, which is asked through the module for WASI-NN."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from bot.core.cancellation import CancellationToken
from bot.core.errors import EngineFailure, NNError
from bot.core.llm.engine_stats import EngineStats
from bot.core.llm.messages import Completion, Enforcement, FailureKind, Model, Request
from bot.core.llm.token_counts import CountCache
from bot.models.answer_check import AnswerCheck
from bot.models.enforcement import EnforcementFallback
from bot.models.llama.backend import LlamaBackend
from bot.models.llama.supervisor import Supervisor
from bot.models.profiles import Profile
from bot.models.token_counting import AROUND, estimate, size

# Seconds to wait for a count. Counting takes a millisecond; a child that takes longer is busy.
COUNTING = 1.0
REMEMBERED = 4096
LETTERS = 16  # more than any tokenizer puts into a token on average

PLAIN = Profile(name="plain", family="unknown")

T = TypeVar("T")


class Module(Protocol):
    """Asks a model through WASI-NN. Blocks until it has answered, or `cancelled` is set; raises
    `EngineFailure`.
    """

    def complete(
        self, request: Request, model: Model, cancelled: CancellationToken | None = None
    ) -> Completion: ...


class LlamaEngine:
    """Asks the model `model.name` of `backend` through `module`, with the conventions of its `profile`."""

    def __init__(self, module: Module, backend: LlamaBackend, model: Model, profile: Profile = PLAIN) -> None:
        self._module = module
        self._backend = backend
        self._model = model
        self._profile = profile
        self._supervisor = backend.model(model.name)
        # One thread per concurrent question: the others wait here, before their time limit begins.
        at_once = min(self._supervisor.slots, profile.at_once or self._supervisor.slots)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="llama")
        self._ladder = EnforcementFallback(model, self._ask, look=_unseen)
        self._checked = AnswerCheck(self._ladder.complete, lambda: self.enforcement == Enforcement.SCHEMA)
        self._counts = CountCache(REMEMBERED)

    @property
    def model(self) -> Model:
        """With the loaded model's context minus the chat template's tokens."""
        context = min(self._model.context, self._supervisor.context or self._model.context)
        return self._model.model_copy(update={"context": context - AROUND})

    @property
    def profile(self) -> Profile:
        return self._profile

    @property
    def kind(self) -> str:
        return "llama"

    @property
    def local(self) -> bool:
        return True

    @property
    def enforcement(self) -> Enforcement:
        """The enforcement of JSON, as known from the answers so far."""
        return self._ladder.level

    @property
    def supervisor(self) -> Supervisor:
        """The supervisor of the model's process."""
        return self._supervisor

    @property
    def load(self) -> EngineStats:
        """The load of the model."""
        now = self._supervisor.stats()
        return EngineStats(
            up=self._supervisor.pid is not None,
            slots=now.slots,
            busy=min(now.running, now.slots),
            waiting=now.waiting,
            restarts=int(now.losses),
            prompt_tokens=int(now.input - now.cached),
            cached_tokens=int(now.cached),
            answer_tokens=int(now.output),
            prompt_seconds=now.reading,
            answer_seconds=now.writing,
        )

    async def start(self) -> None:
        """Loads the model, if it is not loaded. Raises `EngineFailure`."""
        try:
            await self._in_thread(self._backend.load, self._model.name)
        except NNError as error:
            kind = FailureKind.UNAVAILABLE if error.code == "timeout" else FailureKind.REFUSED
            raise EngineFailure(kind, str(error)) from None

    def count(self, text: str) -> int:
        """Tokens of `text` by the model's tokenizer; an estimate while the model is not available, and the
        bytes of a text that is certainly too long.
        """
        if len(text) > LETTERS * self._model.context:
            return size(text) + 1
        known = self._counts.count(self._model.name, text, self._counted) if text else 0
        return estimate(text) if known is None else known

    async def complete(self, request: Request) -> Completion:
        """The model's answer, which fits the request's schema if there is one. Raises `EngineFailure`."""
        await self.start()
        return await self._checked.complete(self._profile.asked(request))

    async def aclose(self) -> None:
        """Ends the model's process; questions under way fail."""
        await asyncio.to_thread(self._backend.close)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _counted(self, text: str) -> int | None:
        return self._supervisor.count(text, COUNTING)

    async def _ask(self, request: Request, model: Model) -> Completion:
        """A cancelled question releases its slot."""
        cancelled = CancellationToken()
        try:
            completion = await self._in_thread(self._module.complete, request, model, cancelled)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        except EngineFailure as failure:
            if failure.kind == FailureKind.INVALID:
                await self.start()  # a model that cannot be reloaded is the real cause
            raise
        return completion.model_copy(update={"text": self._profile.said(completion.text)})

    async def _in_thread(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)


def _unseen(_request: Request, _completion: Completion) -> None:
    """Does nothing: `AnswerCheck` checks every answer."""
