"""A server with a chat completions API and no further API that the bot uses."""

from typing import Any, ClassVar

from bot.models.chat.engine import Codec
from bot.models.servers.responses import ServerResponses, chosen, display_name, listed_context
from bot.models.servers.server_info import ServerInfo, ServerKind


class OpenAICompatible:
    """The behaviour of any server. Subclasses for the kinds of server override it.

    `slots`: concurrent questions if the server does not report its slots. `accepts_template_args`: it accepts
    `chat_template_kwargs` and `top_p`. `doctor_note` and `endless_blanks_advice` are for the operator.
    """

    kind: ClassVar[ServerKind] = ServerKind.OTHER
    slots: ClassVar[int] = 4
    accepts_template_args: ClassVar[bool] = False
    doctor_note: ClassVar[str] = ""
    endless_blanks_advice: ClassVar[str] = ""

    async def recognize(self, responses: ServerResponses, wanted: str | None) -> ServerInfo | None:
        """The server, if it is of this kind; `wanted` is the model that the operator chose.

        Raises:
            EngineFailure: the server is unavailable, lacks the model or rejects the key.
        """
        models = await responses.models()
        model = chosen(list(models), wanted, "LLAMA_SERVER_MODEL")
        context = listed_context(models[model])
        return ServerInfo(server=self.kind, model=model, name=display_name(model), context=context)

    def chat_path(self, _info: ServerInfo) -> str:
        """The path below the server's root that answers questions."""
        return "/v1/chat/completions"

    def codec(self, codec: Codec, _info: ServerInfo, _context: int) -> Codec:
        """A codec for the server's own API, based on `codec`, which encodes for `/chat/completions`."""
        return codec

    def loosened(self, schema: str) -> str:
        """The JSON schema without the keywords that the server enforces wrongly."""
        return schema

    def count_request(self, _info: ServerInfo, _text: str) -> dict[str, Any] | None:
        """The body that asks `/tokenize` for the tokens of a text; None: the server cannot be asked."""
        return None
