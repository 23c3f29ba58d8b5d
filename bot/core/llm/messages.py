"""Requests to a model and their answers, as defined in wasm_modules/wit/review.wit."""

from enum import StrEnum

from pydantic import Field

from bot.core.lookups import Passages
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
    """How much to request from a model at once: everything, or few fields about one file or finding."""

    FULL = "full"
    SIMPLE = "simple"


class Model(Value):
    """A model as seen by the review function and the codecs. `context` and `answer` are in tokens; `version`
    tells models of the same name apart: a server's address, a file's size and date. `reasoning`: it reasons
    before it answers; `effort` is how much ("low", "medium", "high"; empty: as its server does).
    """

    name: str
    context: int = Field(ge=512)
    answer: int = Field(ge=64)
    enforcement: Enforcement = Enforcement.SCHEMA
    level: DetailLevel = DetailLevel.FULL
    reasoning: bool = False
    effort: str = ""
    version: str = ""


class Request(Value):
    """One request. `id` is unique within its review, `format` is the JSON schema of the answer (as text),
    `answer` the maximum number of tokens of the answer, `spare` the tokens of the budget to reserve for later
    requests.
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
    """A file whose text the function requests; `id` is unique among these and the requests."""

    id: str = Field(max_length=200)
    path: str = Field(max_length=4096)
    revision: Revision


class Usage(Value):
    """Tokens of the prompt and of the answer; `cached` are those of the prompt that the server had in its
    cache. `estimated`: at least partly counted by the bot, because the server reported no plausible count.
    """

    prompt: int = Field(ge=0)
    answer: int = Field(ge=0)
    cached: int = Field(default=0, ge=0)
    estimated: bool = False

    def __add__(self, other: "Usage") -> "Usage":
        return Usage(
            prompt=self.prompt + other.prompt,
            answer=self.answer + other.answer,
            cached=self.cached + other.cached,
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
    """Why there is no completion; `enum trouble` in the WIT documents the values."""

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
    """The id of a request, text location or look-up with its answer."""

    id: str
    answer: Completion | Excerpt | Passages | Failure
