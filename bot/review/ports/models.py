"""The review function, and the models that it has asked."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.core.change import Change
from bot.core.llm.engine import Engine
from bot.core.llm.messages import Completion, Excerpt, Exchange, Failure, Request, TextLocation
from bot.core.review import Question, ReviewSettings, Step, Turn


class Function(Protocol):
    """The review function in its sandbox."""

    @property
    def digest(self) -> str:
        """sha256 of the module's bytes."""
        ...

    async def families(self) -> Sequence[str]:
        """The names of the families of rules that can be left out; empty where the function has none."""
        ...

    async def review(
        self,
        change: Change,
        settings: ReviewSettings,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Step:
        """One call of the fold. Raises `ModuleError` (kind "refused" for the guest's own refusal)."""
        ...

    async def reply(
        self,
        change: Change,
        settings: ReviewSettings,
        question: Question,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Turn:
        """The same for a person's question. Refused by a function that answers none."""
        ...


class Library(Protocol):
    """The files of the pull request, as far as the function may see them."""

    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:
        """The texts at `places`, in their order. Raises `Retry` when they cannot be read now."""
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

    def route(self, *, private: bool, wanted: str = "") -> Route | None:
        """None when no model is configured, or `wanted` is "none". Otherwise the kind of model that is
        `wanted` ("openai", "llama") is asked first, if it is there.

        Raises `Refused` when models are configured and none of them may see a private repository.
        """
        ...
