"""The kinds of model server that the bot knows, in the order in which they are recognized."""

from bot.models.chat.transport import ChatTransport
from bot.models.servers.llama_cpp import LlamaCpp
from bot.models.servers.ollama import Ollama
from bot.models.servers.openai_compatible import OpenAICompatible
from bot.models.servers.responses import ServerResponses
from bot.models.servers.server_info import ServerInfo
from bot.models.servers.vllm import Vllm

KINDS: tuple[OpenAICompatible, ...] = (LlamaCpp(), Ollama(), Vllm(), OpenAICompatible())
"""The last one recognizes every server that lists a model."""


def kind_of(info: ServerInfo) -> OpenAICompatible:
    return next(kind for kind in KINDS if kind.kind is info.server)


async def find_server(transport: ChatTransport, root: str, wanted: str | None) -> ServerInfo:
    """Probes the server at `root` (a URL without /v1); `wanted` is the configured name of the model, if any.

    Raises:
        EngineFailure: unavailable while the server cannot be reached or loads its model, refused if the key
            or the model is wrong.
    """
    responses = ServerResponses(transport, root)
    for kind in KINDS:
        if info := await kind.recognize(responses, wanted):
            return info
    raise AssertionError("the last kind recognizes every server, or raises")
