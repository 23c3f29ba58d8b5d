"""The interface of a model, on a server or in a child process."""

from typing import Protocol

from bot.core.llm.messages import Completion, Model, Request


class Engine(Protocol):
    """A model. `local`: no data leaves this machine; `kind` is "openai" or "llama"."""

    @property
    def model(self) -> Model: ...

    @property
    def kind(self) -> str: ...

    @property
    def local(self) -> bool: ...

    def count(self, text: str) -> int:
        """The tokens of `text`, never too few. Blocks briefly; thread-safe."""
        ...

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure` (core.errors)."""
        ...
