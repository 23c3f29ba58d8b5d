"""What answers questions: a model of some server, or one in a process of its own."""

from typing import Protocol

from bot.core.llm.messages import Completion, Model, Request


class Engine(Protocol):
    """A model that answers. `local` says that nothing leaves this machine, `kind` is "openai" or "llama"."""

    @property
    def model(self) -> Model: ...

    @property
    def kind(self) -> str: ...

    @property
    def local(self) -> bool: ...

    def count(self, text: str) -> int:
        """Tokens of `text`, never too few. Blocks shortly; may be called from any thread."""
        ...

    async def complete(self, request: Request) -> Completion:
        """Raises `EngineFailure` (core.errors)."""
        ...
