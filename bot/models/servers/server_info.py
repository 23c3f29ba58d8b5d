"""What is known of a server once it was looked at."""

from enum import StrEnum

from pydantic import Field

from bot.core.value import Value


class ServerKind(StrEnum):
    LLAMA_CPP = "llama.cpp"
    OLLAMA = "Ollama"
    VLLM = "vLLM"
    OTHER = "an OpenAI-compatible server"


class ServerInfo(Value):
    """`model` is what the server calls its model, `name` what people see of that. `context` is in tokens
    and for one question, `longest` what the model was trained for; None: the server tells nothing.
    `slots` questions are answered at the same time. `thinks` models can be told not to. `elsewhere` is
    the host that a model runs on which the server only passes on. `parameters` counts weights (0: the
    server does not tell), `architecture` and chat `template` are the model's. `parser` is what Ollama takes
    the model's answers apart with, if not by its template. `weights` is what vLLM was told to load, which
    says more than the name that it serves them by.
    """

    server: ServerKind
    version: str = ""
    model: str = Field(min_length=1)
    name: str = Field(min_length=1)
    context: int | None = None
    longest: int | None = None
    slots: int | None = Field(default=None, ge=1)
    thinks: bool = False
    elsewhere: str = ""
    parameters: int = 0
    architecture: str = ""
    template: str = ""
    parser: str = ""
    weights: str = ""
