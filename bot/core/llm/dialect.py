"""The differences between model servers in the chat completions API."""

from bot.core.llm.messages import Enforcement
from bot.core.value import Value


class Dialect(Value):
    """How to send requests to a server.

    `limit` is the parameter for the maximum length of an answer (None: the server accepts none), `most` its
    highest value. `system`: the server supports a system role. For schemas, `strict` says whether to send
    them as strict, `closed` that every object must require all its fields and allow no others, and `keywords`
    which keywords to remove. `omitted` names parameters to omit. `streamed`: the server supports only
    streaming.
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

    def differences(self, usual: "Dialect") -> tuple[str, ...]:
        """The differences from `usual`, in words for the operator."""
        differences = {
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
        return tuple(
            words for name, words in differences.items() if getattr(self, name) != getattr(usual, name)
        )


_ENFORCED = {
    Enforcement.SCHEMA: "JSON schemas",
    Enforcement.OBJECT: "no JSON schemas, but JSON objects",
    Enforcement.PROMPT: "neither JSON schemas nor JSON objects",
}
