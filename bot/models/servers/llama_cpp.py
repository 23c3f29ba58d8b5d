"""llama.cpp's own server."""

from typing import Any, ClassVar

from bot.models.servers.openai_compatible import OpenAICompatible
from bot.models.servers.responses import ServerResponses, dict_at, display_name, positive, text_at
from bot.models.servers.server_info import ServerInfo, ServerKind


class LlamaCpp(OpenAICompatible):
    kind: ClassVar[ServerKind] = ServerKind.LLAMA_CPP
    slots: ClassVar[int] = 1
    accepts_template_args: ClassVar[bool] = True

    async def recognize(self, responses: ServerResponses, wanted: str | None) -> ServerInfo | None:
        """Reads `/props`, which has the context of a slot and the number of slots."""
        props = await responses.at("/props")
        if not props or "default_generation_settings" not in props:
            return None
        names = [str(props[key]) for key in ("model_alias", "model_path") if props.get(key)]
        if props.get("role") == "router" or not names:
            names = list(await responses.models())
        model = wanted or names[0]
        settings = props["default_generation_settings"]
        meta = dict_at((await responses.listed()).get(model, {}), "meta")
        return ServerInfo(
            server=self.kind,
            version=str(props.get("build_info") or ""),
            model=model,
            name=display_name(model),
            context=positive(settings.get("n_ctx") if isinstance(settings, dict) else None),
            slots=positive(props.get("total_slots")),
            parameters=positive(meta.get("n_params")) or 0,
            template=text_at(props, "chat_template"),
        )

    def count_request(self, info: ServerInfo, text: str) -> dict[str, Any] | None:
        """Counts names of special tokens as plain text, which is never too few."""
        return {"content": text, "add_special": False, "parse_special": False, "model": info.model}
