"""The review function, and the models that it has asked."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.core.change import Change
from bot.core.exchange import Completion, Exchange, Model, Request
from bot.core.review import Settings, Step


class Function(Protocol):
    """The review function in its sandbox."""

    @property
    def digest(self) -> str:
        """sha256 of the module's bytes."""
        ...

    async def review(
        self,
        change: Change,
        settings: Settings,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Step:
        """One call of the fold. Raises `ModuleError` (kind "refused" for the guest's own refusal)."""
        ...


class Engine(Protocol):
    """A model that answers. `local` says that nothing leaves this machine."""

    @property
    def model(self) -> Model: ...

    @property
    def local(self) -> bool: ...

    def count(self, text: str) -> int:
        """Tokens of `text`, never too few. Blocks shortly; may be called from any thread."""
        ...

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure` (core.errors)."""
        ...


class Route(Protocol):
    """Engines in the order in which they are asked; the first is the one that prompts are cut for."""

    @property
    def engines(self) -> Sequence[Engine]: ...

    async def complete(self, request: Request) -> tuple[Engine, Completion]:
        """The first engine that answers, and its answer. Raises `EngineFailure` of the last."""
        ...


class Router(Protocol):
    """Chooses the route of a review."""

    def route(self, *, private: bool) -> Route | None:
        """None when no model is configured.

        Raises `Refused` when models are configured and none of them may see a private repository.
        """
        ...
