"""The ports to the review function and to the models."""

from collections.abc import Callable, Sequence
from typing import Protocol

from bot.core.change import Change
from bot.core.llm.engine import Engine
from bot.core.llm.messages import Completion, Excerpt, Exchange, Failure, Request, TextLocation
from bot.core.llm.qualification import Qualification
from bot.core.lookups import Lookup, Passages
from bot.core.review import Question, ReviewSettings, Step, Turn


class Function(Protocol):
    """The review function in its sandbox."""

    @property
    def digest(self) -> str:
        """sha256 of the module's bytes."""
        ...

    async def families(self) -> Sequence[str]:
        """The names of the rule families that can be disabled; empty if the function has none."""
        ...

    async def review(
        self,
        change: Change,
        settings: ReviewSettings,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Step:
        """Calls the function once. Raises `ModuleError` (kind "refused" for the guest's own refusal)."""
        ...

    async def reply(
        self,
        change: Change,
        settings: ReviewSettings,
        question: Question,
        answers: Sequence[Exchange],
        count: Callable[[str], int],
    ) -> Turn:
        """The same for a person's question. A function without replies refuses."""
        ...


class Library(Protocol):
    """The files of the pull request that the function may read."""

    async def read(self, change: Change, places: Sequence[TextLocation]) -> Sequence[Excerpt | Failure]:
        """The texts at `places`, in their order. Raises `Retry` when they cannot be read now."""
        ...


class Repository(Protocol):
    """The repository of a change at its head."""

    async def answer(self, lookup: Lookup) -> Passages:
        """Raises `Refused` for a look-up that makes no sense, or cannot be answered within its limits."""
        ...


class Route(Protocol):
    """Engines in the order in which they are called; prompts are sized for the first."""

    @property
    def engines(self) -> Sequence[Engine]: ...

    async def qualify(self) -> Sequence[Qualification]:
        """Drops the first engines while their models do not pass the control questions, and returns these
        results.
        """
        ...

    async def complete(self, request: Request) -> tuple[Engine, Completion]:
        """The first engine that answers, and its answer. Raises `EngineFailure` of the last."""
        ...


class Router(Protocol):
    """Selects the route of a review."""

    def route(self, *, private: bool, wanted: str = "") -> Route | None:
        """None when no model is configured, or `wanted` is "none". Otherwise the `wanted` kind of model
        ("openai", "llama") is called first, if it is configured.

        Raises `Refused` when models are configured but none is allowed for a private repository.
        """
        ...
