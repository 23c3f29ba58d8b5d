"""Facts about a model server, as found by probing it."""

from enum import StrEnum

from pydantic import Field

from bot.core.value import Value


class ServerKind(StrEnum):
    LLAMA_CPP = "llama.cpp"
    OLLAMA = "Ollama"
    VLLM = "vLLM"
    OTHER = "an OpenAI-compatible server"


class ServerInfo(Value):
    """`model` is the server's name for its model, `name` the one shown to people. `context` is in tokens per
    question, `longest` the context that the model was trained for; None: not reported. `slots` is the number
    of concurrent questions. `thinks`: the model's thinking can be disabled. `elsewhere` is the remote host
    that the server forwards to. `parameters` counts weights (0: not reported); `architecture` and chat
    `template` are the model's. `parser` is Ollama's parser for the model's answers, if it does not use the
    template. `weights` is the path or repository that vLLM has loaded, which tells more than the served name.
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
