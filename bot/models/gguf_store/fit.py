"""Estimates which models fit a machine's memory, from the sizes of their files."""

from dataclasses import dataclass

from bot.models.gguf_store.entry import StoredModel

WORKING = 700_000_000  # bytes that llama.cpp and the bot need in addition to weights and context


@dataclass(frozen=True)
class Suggestion:
    """A model for machines with at least `memory` GB of RAM or GPU memory; `size` is the file's, in GB."""

    memory: int
    model: str
    source: str
    size: float
    licence: str
    words: str


# From the publishers' descriptions and the files' sizes. A rough guide, not measured.
SUGGESTIONS = (
    Suggestion(4, "Qwen2.5-Coder 1.5B", "Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF", 1.1, "apache-2.0",
               "for trials; misses many problems"),
    Suggestion(8, "Qwen2.5-Coder 7B", "Qwen/Qwen2.5-Coder-7B-Instruct-GGUF", 4.7, "apache-2.0",
               "the minimum for reviews"),
    Suggestion(16, "Qwen2.5-Coder 14B", "Qwen/Qwen2.5-Coder-14B-Instruct-GGUF", 9.0, "apache-2.0",
               "slow without a GPU"),
    Suggestion(24, "gpt-oss 20B", "ggml-org/gpt-oss-20b-GGUF", 12.1, "apache-2.0",
               "mixture of experts, fast for its size; thinks before it answers"),
    Suggestion(32, "Qwen3-Coder 30B-A3B", "unsloth/Qwen3-Coder-30B-A3B-Instruct-GGUF", 18.6, "apache-2.0",
               "mixture of experts, fast for its size"),
    Suggestion(48, "Qwen2.5-Coder 32B", "Qwen/Qwen2.5-Coder-32B-Instruct-GGUF", 19.9, "apache-2.0",
               "needs a GPU"),
    Suggestion(96, "gpt-oss 120B", "ggml-org/gpt-oss-120b-GGUF", 63.4, "apache-2.0",
               "needs one large GPU or several; thinks before it answers"),
)  # fmt: skip


def needed(entry: StoredModel, context: int) -> int:
    """Memory in bytes that the model needs with a context of that many tokens, accurate to a few percent."""
    tokens = min(context, entry.facts.context or context)
    return entry.size + (entry.facts.cell or 0) * tokens + WORKING


def suggested(available: int) -> Suggestion | None:
    """The largest model for that many bytes of memory. A machine with 16 GB reports a little less."""
    fitting = [suggestion for suggestion in SUGGESTIONS if suggestion.memory * 1e9 <= available * 1.05]
    return fitting[-1] if fitting else None
