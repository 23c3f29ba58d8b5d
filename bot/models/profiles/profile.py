"""How a model wants to be asked."""

from typing import Any, Literal

from pydantic import Field

from bot.core.llm.messages import DetailLevel, Request
from bot.core.value import Value
from bot.models.profiles.thoughts import without_thoughts
from bot.models.system_role import without_system

# Tokens of an answer to the simple questions, with much to spare.
SIMPLE_ANSWER = 768


class Profile(Value):
    """A family's ways, and one model's size. `size_b` is in thousands of millions of weights, 0 when not
    known; `context` and `answer` are the most tokens that are of use, None without such a limit;
    `at_once` is how many questions it may be asked at the same time, None: as many as there are slots.
    The other fields are explained in families.toml.
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
        """The request as the model wants it."""
        messages = request.messages if self.system else without_system(request.messages)
        temperature = request.temperature or self.temperature
        return request.model_copy(update={"messages": messages, "temperature": temperature})

    def said(self, text: str) -> str:
        """What the model answered, without its thoughts and what belongs to its template."""
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
