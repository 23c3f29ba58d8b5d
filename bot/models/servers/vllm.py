"""vLLM.

Its usual backend for grammars, xgrammar, allows no escapes in a string with a length bound: no quote,
backslash or line feed, and so no code. Strings without bounds follow JSON.
"""

from typing import Any, ClassVar

from bot.models.schema_loosening import loosened
from bot.models.servers.openai_compatible import OpenAICompatible
from bot.models.servers.responses import ServerResponses, chosen, display_name, listed_context, text_at
from bot.models.servers.server_info import ServerInfo, ServerKind

LENGTHS = ("minLength", "maxLength")
NO_BLANKS = (
    "--structured-outputs-config.backend guidance --structured-outputs-config.disable_any_whitespace true"
)


class Vllm(OpenAICompatible):
    """vLLM. It batches all requests."""

    kind: ClassVar[ServerKind] = ServerKind.VLLM
    slots: ClassVar[int] = 8
    accepts_template_args: ClassVar[bool] = True
    endless_blanks_advice: ClassVar[str] = f"start vLLM with {NO_BLANKS}"

    async def recognize(self, responses: ServerResponses, wanted: str | None) -> ServerInfo | None:
        """Reads `/v1/models`, which has the context."""
        version = await responses.at("/version")
        if not version or "version" not in version:
            return None
        models = await responses.models()
        if not any("max_model_len" in model for model in models.values()):
            return None
        names = list(models)
        if wanted is None and len({text_at(models[name], "root") or name for name in names}) == 1:
            names = names[:1]  # the others are aliases
        model = chosen(names, wanted, "LLAMA_SERVER_MODEL")
        return ServerInfo(
            server=self.kind,
            version=str(version["version"]),
            model=model,
            name=display_name(model),
            context=listed_context(models[model]),
            weights=display_name(text_at(models[model], "root")),
        )

    def loosened(self, schema: str) -> str:
        return loose(schema)

    def count_request(self, info: ServerInfo, text: str) -> dict[str, Any] | None:
        return {"prompt": text, "add_special_tokens": False, "model": info.model}


def loose(schema: str) -> str:
    """The schema without the lengths of its strings."""
    return loosened(schema, LENGTHS)
