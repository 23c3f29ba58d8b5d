"""What a model's family wants to be told, in the words of llama.cpp and vLLM."""

import json

from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Completion, Model, Request
from bot.models.chat.engine import Codec
from bot.models.profiles import Profile, profile_for
from bot.models.servers.kinds import kind_of
from bot.models.servers.server_info import ServerInfo


def profile_of(found: ServerInfo, wanted: str) -> Profile:
    """By `wanted`, or by what the server says of the model. Raises `SettingsError`."""
    return profile_for(
        f"{found.weights} {found.name}".strip(),
        architecture=found.architecture,
        template=found.template,
        parameters=found.parameters,
        wanted=wanted,
    )


class ProfiledCodec:
    """`codec`, which calls the model as its server does, says what `profile` wants where the server has
    words for it, and takes thoughts away.
    """

    def __init__(self, codec: Codec, profile: Profile, found: ServerInfo) -> None:
        self._codec = codec
        self._profile = profile
        self._more: dict[str, object] = {} if found.model == found.name else {"model": found.model}
        if kind_of(found).accepts_template_args:
            self._more |= {"chat_template_kwargs": profile.template_args} if profile.template_args else {}
            self._more |= {"top_p": profile.top_p} if profile.top_p < 1 else {}

    def encode(self, request: Request, model: Model, dialect: Dialect) -> str:
        body = self._codec.encode(request, model, dialect)
        more = {name: value for name, value in self._more.items() if name not in dialect.omitted}
        return json.dumps({**json.loads(body), **more}, ensure_ascii=False) if more else body

    def decode(self, status: int, body: str) -> Completion:
        completion = self._codec.decode(status, body)
        return completion.model_copy(update={"text": self._profile.said(completion.text)})
