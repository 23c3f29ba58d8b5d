"""Which model fits which memory. Reckoned from sizes; nothing is measured here."""

from dataclasses import dataclass

from bot.models.gguf_store.entry import StoredModel

WORKING = 700_000_000  # bytes that llama.cpp and the bot take beside weights and context


@dataclass(frozen=True)
class Suggestion:
    """A model for machines with at least `memory` GB, of RAM or of a GPU; `size` is the file's, in GB."""

    memory: int
    model: str
    source: str
    size: float
    licence: str
    words: str


# By their makers' descriptions and the files' sizes. For orientation; not measured here.
SUGGESTIONS = (
    Suggestion(4, "Qwen2.5-Coder 1.5B", "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", 1.1, "apache-2.0",
               "to try things out; misses much"),
    Suggestion(8, "Qwen2.5-Coder 7B", "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF", 4.7, "apache-2.0",
               "the least for reviews"),
    Suggestion(16, "Qwen2.5-Coder 14B", "Qwen/Qwen2.5-Coder-14B-Instruct-GGUF", 9.0, "apache-2.0",
               "slow without a GPU"),
    Suggestion(24, "gpt-oss 20B", "ggml-org/gpt-oss-20b-GGUF", 12.1, "apache-2.0",
               "uses few of its weights at a time: quick for its size; thinks before it answers"),
    Suggestion(32, "Qwen3-Coder 30B-A3B", "unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF", 18.6, "apache-2.0",
               "uses few of its weights at a time: quick for its size"),
    Suggestion(48, "Qwen2.5-Coder 32B", "Qwen/Qwen2.5-Coder-32B-Instruct-GGUF", 19.9, "apache-2.0",
               "needs a GPU"),
    Suggestion(96, "gpt-oss 120B", "ggml-org/gpt-oss-120b-GGUF", 63.4, "apache-2.0",
               "needs one large GPU or several; thinks before it answers"),
)  # fmt: skip


def needed(entry: StoredModel, context: int) -> int:
    """Bytes that the model takes with a context of so many tokens. A few percent more or less."""
    tokens = min(context, entry.facts.context or context)
    return entry.size + (entry.facts.cell or 0) * tokens + WORKING


def suggested(available: int) -> Suggestion | None:
    """The largest for so many bytes of memory. A machine of 16 GB shows a little less."""
    fitting = [one for one in SUGGESTIONS if one.memory * 1e9 <= available * 1.05]
    return fitting[-1] if fitting else None
