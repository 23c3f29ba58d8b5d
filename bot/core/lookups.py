"""Look-ups in the repository of a change, and their answers; defined in wasm_modules/wit/review.wit."""

from enum import StrEnum

from pydantic import Field

from bot.core.value import Value


class Query(StrEnum):
    """What a look-up wants; `enum query` in the WIT documents the values."""

    DEFINITION = "definition"
    USES = "uses"
    READ = "read"
    SEARCH = "search"
    PATTERN = "pattern"
    OUTLINE = "outline"
    TESTS = "tests"
    HISTORY = "history"


class Lookup(Value):
    """One look-up; `id` is unique among the requests of its review. The query decides which of `text`,
    `path`, `line` and `end` count.
    """

    id: str = Field(max_length=200)
    query: Query
    text: str = Field(default="", max_length=500)
    path: str = Field(default="", max_length=4096)
    line: int = Field(default=0, ge=0)
    end: int = Field(default=0, ge=0)


class Passage(Value):
    """Lines `line` to `end` (from 1, both included) of `path`: the definition of `name`, or a use in it.

    `kind` is that of the definition: "function", "class", "commit", …
    """

    path: str
    line: int = Field(ge=0)
    end: int = Field(ge=0)
    name: str = ""
    kind: str = ""
    text: str


class Passages(Value):
    """The answer to a look-up, the most relevant passage first. `more`: there were further ones."""

    passages: tuple[Passage, ...] = ()
    more: bool = False
