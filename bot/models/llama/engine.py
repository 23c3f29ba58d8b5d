"""A GGUF model as reviews ask it: through the module that speaks WASI-NN."""

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

# Counting in the child takes a millisecond; a child that takes this long (seconds) does other things.
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
    """Asks the model that `backend` knows as `model.name`, by way of `module`, as its `profile` wants it."""

    def __init__(self, module: Module, backend: LlamaBackend, model: Model, profile: Profile = PLAIN) -> None:
        self._module = module
        self._backend = backend
        self._model = model
        self._profile = profile
        self._supervisor = backend.model(model.name)
        # As many threads as questions are under way: the others wait here, before their time begins.
        at_once = min(self._supervisor.slots, profile.at_once or self._supervisor.slots)
        self._threads = ThreadPoolExecutor(at_once, thread_name_prefix="llama")
        self._ladder = EnforcementFallback(model, self._ask, look=_unseen)
        self._checked = AnswerCheck(self._ladder.complete, lambda: self.enforcement == Enforcement.SCHEMA)
        self._counts = CountCache(REMEMBERED)

    @property
    def model(self) -> Model:
        """With the context that the loaded model has, less what a chat adds around the texts."""
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
        """How far JSON is enforced, by the answers so far."""
        return self._ladder.level

    @property
    def supervisor(self) -> Supervisor:
        """Of the model's process."""
        return self._supervisor

    @property
    def load(self) -> EngineStats:
        """How busy it is."""
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
        """Tokens of `text` by the model's tokenizer; an estimate while the model cannot be asked, and its
        bytes when it cannot possibly fit.
        """
        if len(text) > LETTERS * self._model.context:
            return size(text) + 1
        known = self._counts.count(self._model.name, text, self._counted) if text else 0
        return estimate(text) if known is None else known

    async def complete(self, request: Request) -> Completion:
        """The model's answer; to a request with a schema one that fits it. Raises `EngineFailure`."""
        await self.start()
        return await self._checked.complete(self._profile.asked(request))

    async def aclose(self) -> None:
        """Ends the model's process; questions under way fail."""
        await asyncio.to_thread(self._backend.close)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _counted(self, text: str) -> int | None:
        return self._supervisor.count(text, COUNTING)

    async def _ask(self, request: Request, model: Model) -> Completion:
        """Whoever is not waited for any more gives his slot back."""
        cancelled = CancellationToken()
        try:
            completion = await self._in_thread(self._module.complete, request, model, cancelled)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        except EngineFailure as failure:
            if failure.kind == FailureKind.INVALID:
                await self.start()  # what cannot be loaded again after a loss is no bad answer
            raise
        return completion.model_copy(update={"text": self._profile.said(completion.text)})

    async def _in_thread(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)


def _unseen(_request: Request, _completion: Completion) -> None:
    """Nothing to look at yet: every answer is checked in the end."""
