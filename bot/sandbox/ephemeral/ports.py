"""The interface between the core-module functions and a backend for GGML models."""

from collections.abc import Mapping
from typing import Any, Literal, Protocol


class Generation(Protocol):
    """A text that is being made. `next` blocks; all but `close` may raise `NNError`."""

    @property
    def input(self) -> int:
        """Tokens of the prompt."""
        ...

    @property
    def output(self) -> int:
        """Tokens that were made so far."""
        ...

    @property
    def finish(self) -> Literal["stop", "length", "limit"]:
        """Why it ended: by itself, at `n-predict`, or because the context is full."""
        ...

    @property
    def ending(self) -> bytes:
        """What the token says that ended it, such as `<|im_end|>`; empty before, and where there was none."""
        ...

    def next(self) -> bytes | None:
        """The next token's text (or that of a few), which need not be whole characters; None at the end."""
        ...

    def close(self) -> None:
        """Ends it, if it has not ended."""
        ...


class Graph(Protocol):
    """A loaded model. Its methods block and raise `NNError`."""

    @property
    def build(self) -> int:
        """llama.cpp's build number."""
        ...

    @property
    def commit(self) -> str:
        """llama.cpp's commit."""
        ...

    @property
    def context(self) -> int:
        """Tokens that prompt and answer may have together."""
        ...

    def configure(self, config: Mapping[str, Any]) -> None:
        """Applies `config`; reloads the model if that is necessary."""
        ...

    def tokenize(self, prompt: str) -> int:
        """Tokens of a prompt, in which the names of special tokens are those tokens."""
        ...

    def generate(self, prompt: str, options: Mapping[str, Any], deadline: float) -> Generation:
        """`options` are the configuration and, of a context, `n-predict`. `deadline` is a moment of
        `time.monotonic()`.
        """
        ...

    def embed(self, prompt: str, deadline: float) -> list[float]: ...

    def close(self) -> None:
        """Gives up what the model takes. Raises nothing."""
        ...


class Ggml(Protocol):
    """The models that a guest may load. May block for minutes; raises `NNError`, of code not-found if the
    file does not exist or the guest may not read it.
    """

    def knows(self, name: str) -> bool:
        """Whether the operator has given a model this name."""
        ...

    def open(self, name: str, config: Mapping[str, Any]) -> Graph: ...

    def open_file(self, path: str, config: Mapping[str, Any]) -> Graph: ...

    def open_bytes(self, contents: bytes, config: Mapping[str, Any]) -> Graph: ...
