"""A GGUF model as reviews ask it: through the module that speaks WASI-NN."""

import asyncio
import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Protocol, TypeVar

from bot.core.errors import EngineFailure, NNError
from bot.core.exchange import Completion, Enforcement, Model, Request, Trouble
from bot.models.checking import Checked
from bot.models.enforcement import Ladder
from bot.models.llama.backend import LlamaBackend
from bot.models.profiles import Profile
from bot.models.tokens import AROUND, estimate, size

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
        self, request: Request, model: Model, cancelled: threading.Event | None = None
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
        self._ladder = Ladder(model, self._ask, look=_unseen)
        self._checked = Checked(self._ladder.complete, lambda: self.enforcement == Enforcement.SCHEMA)
        self._counts = _Counts()

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

    async def start(self) -> None:
        """Loads the model, if it is not loaded. Raises `EngineFailure`."""
        try:
            await self._in_thread(self._backend.load, self._model.name)
        except NNError as error:
            kind = Trouble.UNAVAILABLE if error.code == "timeout" else Trouble.REFUSED
            raise EngineFailure(kind, str(error)) from None

    def count(self, text: str) -> int:
        """Tokens of `text` by the model's tokenizer; an estimate while the model cannot be asked, and its
        bytes when it cannot possibly fit.
        """
        if len(text) > LETTERS * self._model.context:
            return size(text) + 1
        known = self._counts.get(text)
        if known is not None:
            return known
        counted = self._supervisor.count(text, COUNTING) if text else 0
        if counted is None:
            return estimate(text)
        self._counts.put(text, counted)
        return counted

    async def complete(self, request: Request) -> Completion:
        """The model's answer; to a request with a schema one that fits it. Raises `EngineFailure`."""
        await self.start()
        return await self._checked.complete(self._profile.asked(request))

    async def aclose(self) -> None:
        """Ends the model's process; questions under way fail."""
        await asyncio.to_thread(self._backend.close)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _ask(self, request: Request, model: Model) -> Completion:
        """Whoever is not waited for any more gives his slot back."""
        cancelled = threading.Event()
        try:
            completion = await self._in_thread(self._module.complete, request, model, cancelled)
        except asyncio.CancelledError:
            cancelled.set()
            raise
        except EngineFailure as failure:
            if failure.kind == Trouble.INVALID:
                await self.start()  # what cannot be loaded again after a loss is no bad answer
            raise
        return completion.model_copy(update={"text": self._profile.said(completion.text)})

    async def _in_thread(self, call: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call, *arguments)


def _unseen(_request: Request, _completion: Completion) -> None:
    """Nothing to look at yet: every answer is checked in the end."""


class _Counts:
    """The latest counts, by a hash of their texts."""

    def __init__(self) -> None:
        self._known: OrderedDict[bytes, int] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, text: str) -> int | None:
        with self._lock:
            key = _key(text)
            if key in self._known:
                self._known.move_to_end(key)
            return self._known.get(key)

    def put(self, text: str, count: int) -> None:
        with self._lock:
            self._known[_key(text)] = count
            while len(self._known) > REMEMBERED:
                self._known.popitem(last=False)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
