"""Questions to a model and their answers, as wasm_modules/wit/review.wit spells them."""

from enum import StrEnum

from pydantic import Field

from bot.core.value import Value


class Role(StrEnum):
    SYSTEM = "system"
    USER = "user"
    ASSISTANT = "assistant"


class Message(Value):
    role: Role
    text: str


class Enforcement(StrEnum):
    """How far a model's server enforces a JSON schema."""

    SCHEMA = "schema"
    OBJECT = "object"
    PROMPT = "prompt"


class DetailLevel(StrEnum):
    """How much a model can be asked for at once: all, or few fields about one file or finding."""

    FULL = "full"
    SIMPLE = "simple"


class Model(Value):
    """A model as the review function and the codecs see it. `context` and `answer` are tokens."""

    name: str
    context: int = Field(ge=512)
    answer: int = Field(ge=64)
    enforcement: Enforcement = Enforcement.SCHEMA
    level: DetailLevel = DetailLevel.FULL


class Request(Value):
    """One question. `id` names it within its review, `format` is the JSON schema that the answer
    must fit (as text), `answer` the most tokens to answer with, `spare` the tokens of the budget that must
    be left for what comes after it.
    """

    id: str
    messages: tuple[Message, ...]
    format: str | None = None
    answer: int = Field(ge=1)
    temperature: float = Field(default=0.0, ge=0, le=2)
    spare: int = Field(default=0, ge=0)


class Revision(StrEnum):
    BASE = "base"
    HEAD = "head"


class TextLocation(Value):
    """A file's text that the function wants to see; `id` names it beside the requests."""

    id: str = Field(max_length=200)
    path: str = Field(max_length=4096)
    revision: Revision


class Usage(Value):
    """Tokens of the prompt and of the answer. `estimated`: by our own count, at least in part, because the
    server told none that can be.
    """

    prompt: int = Field(ge=0)
    answer: int = Field(ge=0)
    estimated: bool = False

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt=self.prompt + other.prompt,
            answer=self.answer + other.answer,
            estimated=self.estimated or other.estimated,
        )

    @property
    def tokens(self) -> int:
        return self.prompt + self.answer


class Finish(StrEnum):
    STOP = "stop"
    LENGTH = "length"
    FILTER = "filter"


class Completion(Value):
    text: str
    finish: Finish
    usage: Usage
    model: str


class FailureKind(StrEnum):
    """Why there is no completion; the meanings stand beside `enum trouble` in the WIT."""

    CONTEXT = "context"
    UNSUPPORTED = "unsupported"
    REFUSED = "refused"
    BUDGET = "budget"
    UNAVAILABLE = "unavailable"
    INVALID = "invalid"


class Failure(Value):
    kind: FailureKind
    message: str


class Excerpt(Value):
    """The text of a file."""

    text: str


class Exchange(Value):
    """The id of a request or place with its answer."""

    id: str
    answer: Completion | Excerpt | Failure
