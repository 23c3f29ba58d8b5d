"""The graphs and contexts of one run of a program, by their handles."""

from collections.abc import Callable, Mapping
from typing import Any, Generic, TypeVar

from bot.core.errors import NNError
from bot.sandbox.ephemeral import config
from bot.sandbox.ephemeral.context import Context, GraphHandle
from bot.sandbox.ephemeral.errno import Errno, Fault, fault
from bot.sandbox.ephemeral.ports import Ggml, Graph

T = TypeVar("T")

MOST_GRAPHS = 16  # each takes the memory of a model
MOST_CONTEXTS = 1000
MOST_HELD = 128 << 20  # bytes of prompts, answers and configurations, of all contexts together
_HANDLES = 1 << 32


class Handles(Generic[T]):
    """Things by number: from 0 on, and no number is given twice."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: dict[int, T] = {}
        self._next = 0

    def keep(self, thing: T) -> int:
        self.check()
        handle = self._next
        self._held[handle] = thing
        self._next += 1
        return handle

    def check(self) -> None:
        """Whether one more may be kept."""
        if len(self._held) >= self._most or self._next >= _HANDLES:
            raise Fault(Errno.TOO_LARGE, f"{len(self._held)} handles are already in use")

    def at(self, handle: int) -> T:
        if handle not in self._held:
            raise Fault(Errno.INVALID_ARGUMENT, f"handle {handle} does not exist")
        return self._held[handle]

    def drop(self, handle: int) -> T:
        thing = self.at(handle)
        del self._held[handle]
        return thing

    def pairs(self) -> list[tuple[int, T]]:
        return list(self._held.items())


class Session:
    """`deadline` is when the run must be over, a moment of `time.monotonic()`. `show` writes to the
    standard output. All methods raise `Fault`.
    """

    def __init__(self, ggml: Ggml, deadline: float, show: Callable[[bytes], None]) -> None:
        self.deadline = deadline
        self.show = show
        self._ggml = ggml
        self._graphs: Handles[GraphHandle] = Handles(MOST_GRAPHS)
        self._contexts: Handles[Context] = Handles(MOST_CONTEXTS)
        self._own: dict[int, dict[str, Any]] = {}

    def load_name(self, name: str, configuration: bytes) -> int:
        """The handle of the model of that name. One that is loaded stays as it is configured."""
        for handle, loaded in self._graphs.pairs():
            if loaded.name == name:
                return handle
        if not self._ggml.knows(name):
            raise Fault(Errno.NOT_FOUND, f"there is no model named {name!r}")
        return self._load(name, configuration, lambda settings: self._ggml.open(name, settings))

    def load_file(self, path: str, configuration: bytes) -> int:
        return self._load(None, configuration, lambda settings: self._ggml.open_file(path, settings))

    def load_bytes(self, contents: bytes, configuration: bytes) -> int:
        return self._load(None, configuration, lambda settings: self._ggml.open_bytes(contents, settings))

    def unload(self, graph: int) -> None:
        """Gives up a model, and the contexts that ask it."""
        loaded = self._graphs.drop(graph)
        self._own.pop(graph, None)
        for handle, context in self._contexts.pairs():
            if context.loaded is loaded:
                self._contexts.drop(handle).close()
        loaded.graph.close()

    def new_context(self, graph: int) -> int:
        loaded = self._graphs.at(graph)
        _check_valid(loaded)
        return self._contexts.keep(Context(loaded, self._own[graph]))

    def context(self, handle: int) -> Context:
        """The context of a graph that can be asked."""
        context = self._contexts.at(handle)
        _check_valid(context.loaded)
        return context

    def ask(self, handle: int, prompt: bytes) -> None:
        context = self.context(handle)
        self._check_room(len(prompt))
        context.ask(prompt.decode("utf-8", "replace"))

    def configure(self, handle: int, configuration: bytes) -> None:
        """Takes a configuration in the middle of a run, also where the graph refused the one before."""
        context = self._contexts.at(handle)
        self._check_room(len(configuration))
        context.configure(*config.split(config.read(configuration)))

    def drop_context(self, handle: int) -> None:
        self._contexts.drop(handle).close()

    def close(self) -> None:
        """Gives everything up. Models are the last, for contexts ask them."""
        for handle, _ in self._contexts.pairs():
            self.drop_context(handle)
        for handle, _ in self._graphs.pairs():
            self.unload(handle)

    def _check_room(self, more: int) -> None:
        """What a program sets is kept here, where the limit on its own memory does not count it."""
        held = sum(context.held for _, context in self._contexts.pairs())
        held += sum(graph.held for _, graph in self._graphs.pairs())
        if held + more > MOST_HELD:
            raise Fault(Errno.TOO_LARGE, f"{more} bytes in addition to {held}; the limit is {MOST_HELD}")

    def _load(
        self, name: str | None, configuration: bytes, open_: Callable[[Mapping[str, Any]], Graph]
    ) -> int:
        self._graphs.check()
        settings, own = config.split(config.read(configuration))
        try:
            graph = open_(settings)
        except NNError as error:
            raise fault(
                error, not_found=Errno.MODEL_NOT_FOUND, invalid_encoding=Errno.INVALID_ARGUMENT
            ) from None
        handle = self._graphs.keep(GraphHandle(graph, settings, name))
        self._own[handle] = own
        return handle


def _check_valid(loaded: GraphHandle) -> None:
    if not loaded.valid:
        raise Fault(Errno.INVALID_ARGUMENT, "the model rejected its configuration")
