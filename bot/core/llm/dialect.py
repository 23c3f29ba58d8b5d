"""What a model's server takes of the chat completions API, where servers differ."""

from bot.core.llm.messages import Enforcement
from bot.core.value import Value


class Dialect(Value):
    """How questions are put to a server.

    `limit` is the parameter that bounds an answer (None: the server takes none), `most` the most tokens it
    may name. `system`: the server knows a system role. Of schemas, `strict` says whether they are sent as
    strict, `closed` that every object has to require all its fields and to allow no others, and `keywords`
    which keywords are left out. `omitted` names parameters that are left out. `streamed`: the server
    answers in a stream alone.
    """

    enforcement: Enforcement = Enforcement.SCHEMA
    limit: str | None = "max_tokens"
    most: int | None = None
    system: bool = True
    strict: bool = True
    closed: bool = False
    keywords: tuple[str, ...] = ()
    omitted: tuple[str, ...] = ()
    streamed: bool = False

    def told(self, usual: "Dialect") -> tuple[str, ...]:
        """In words for the operator, where it differs from `usual`."""
        told = {
            "limit": f"uses {self.limit}" if self.limit else "takes no limit of tokens",
            "most": f"answers of at most {self.most} tokens",
            "enforcement": _ENFORCED[self.enforcement],
            "strict": "schemas not as strict",
            "closed": "schemas only with every field required",
            "keywords": f"schemas without {', '.join(self.keywords)}",
            "system": "no system role",
            "streamed": "answers in a stream alone",
            "omitted": f"no {', '.join(self.omitted)}",
        }
        return tuple(words for name, words in told.items() if getattr(self, name) != getattr(usual, name))


_ENFORCED = {
    Enforcement.SCHEMA: "JSON schemas",
    Enforcement.OBJECT: "no JSON schemas, but JSON objects",
    Enforcement.PROMPT: "neither JSON schemas nor JSON objects",
}
