"""The codec module for chat completions: encodes requests and decodes answers."""

from pathlib import Path
from typing import Any

from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Completion, Model, Request
from bot.sandbox.components import guest_limits
from bot.sandbox.components.validate import completion, failure, unexpected
from bot.sandbox.components.value_types import VariantCase
from bot.sandbox.components.world import World
from bot.sandbox.sandbox import Sandbox

WORLD = World("openai-integration", {"encode": 3, "decode": 2})


class OpenAICodec:
    """`module` is a component of the world `openai-integration`, as a file or its bytes.

    Calls block for about a millisecond and may be made from any thread. They raise `EngineFailure`
    for a failure that the codec reports, and `ModuleError` if it misbehaves.
    """

    def __init__(self, sandbox: Sandbox, module: Path | bytes) -> None:
        self._module = sandbox.load(module, "openai-integration", WORLD)

    def encode(self, request: Request, model: Model, dialect: Dialect) -> str:
        """The body of `POST /chat/completions` in the server's dialect."""
        allowed = guest_limits.of_text(*(message.text for message in request.messages))
        return _body(self._module.call("encode", (request, model, dialect), allowed), self._module.name)

    def decode(self, status: int, body: str) -> Completion:
        """Decodes the server's answer, which may have any status."""
        answer = self._module.call("decode", (status, body), guest_limits.of_text(body))
        return completion(answer, self._module.name)


def _body(answer: Any, module: str) -> str:
    match answer:
        case VariantCase("ok", str(body)):
            return body
        case VariantCase("err"):
            raise failure(answer, module)
    raise unexpected(answer, module)
