"""Loads and asks a GGUF file with the options of its profile."""

import json
from dataclasses import dataclass, field
from typing import Any

from bot.models.llama.backend import LlamaBackend, NamedGraph
from bot.models.llama.gguf import Gguf
from bot.models.llama.plan import LoadPlan
from bot.models.profiles import Profile


@dataclass(frozen=True)
class ProfiledGguf(Gguf):
    """What a family's template is told, and llama.cpp's own template for a file without one."""

    profile: Profile = field(default_factory=lambda: Profile(name="plain", family="unknown"))
    has_template: bool = True

    def load(self, plan: LoadPlan) -> dict[str, Any]:
        arguments = self.profile.template_args
        return {
            **super().load(plan),
            "template": None if self.has_template else self.profile.builtin,
            "template_args": {name: json.dumps(value) for name, value in arguments.items()},
            "opening": self.profile.opening,
        }


class ProfiledBackend(LlamaBackend):
    """Its only model is asked with the profile's options, where a question has none of its own."""

    def __init__(self, name: str, gguf: ProfiledGguf) -> None:
        super().__init__({name: gguf})
        self._usual = usual(gguf.profile)

    def load(self, name: str, config: bytes = b"") -> NamedGraph:
        return super().load(name, config or self._usual)


def usual(profile: Profile) -> bytes:
    """The options of a profile, as a graph's configuration."""
    options: dict[str, Any] = {"stop": list(profile.stop)} if profile.stop else {}
    if profile.top_p < 1:
        options["top-p"] = profile.top_p
    return json.dumps(options).encode("ascii") if options else b""
