"""A model's prompt profile: its limits, sampling options and chat conventions."""

from typing import Any, Literal

from pydantic import Field

from bot.core.llm.messages import DetailLevel, Request
from bot.core.value import Value
from bot.models.profiles.thoughts import without_thoughts
from bot.models.system_role import without_system

# Tokens of an answer to the simple questions, with much to spare.
SIMPLE_ANSWER = 768


class Profile(Value):
    """A family's conventions and one model's size. `size_b` is in billions of weights, 0 if unknown;
    `context` and `answer` are upper limits in tokens, None without a limit; `at_once` is the number of
    concurrent questions, None: as many as there are slots. families.toml explains the other fields.
    """

    name: str
    family: str
    size_b: float = 0
    level: DetailLevel = DetailLevel.FULL
    context: int | None = None
    answer: int | None = None
    temperature: float = 0.0
    top_p: float = 1.0
    stop: tuple[str, ...] = ()
    thinking: Literal["none", "off", "strip"] = "none"
    template_args: dict[str, Any] = Field(default_factory=dict)
    builtin: str | None = None
    opening: str = ""
    system: bool = True
    at_once: int | None = None

    def asked(self, request: Request) -> Request:
        """The request, adapted to the model."""
        messages = request.messages if self.system else without_system(request.messages)
        temperature = request.temperature or self.temperature
        return request.model_copy(update={"messages": messages, "temperature": temperature})

    def said(self, text: str) -> str:
        """The model's answer without its thoughts and template tokens."""
        for end in self.stop:
            text = text.removesuffix(end)
        return text if self.thinking == "none" else without_thoughts(text)

    def describe(self) -> str:
        """A description for the operator."""
        size = f", {self.size_b:g} B" if self.size_b else ""
        thinking = {"none": "", "off": "; thinking is disabled", "strip": "; thoughts are removed"}
        level = "simple questions" if self.level == DetailLevel.SIMPLE else "all questions"
        once = "" if self.at_once is None else f", {self.at_once} at a time"
        return f"profile {self.name} ({self.family}{size}): {level}{once}{thinking[self.thinking]}"
