"""How an answer is begun for a model that would think aloud first, where it may not."""

from bot.models.llama.child.prompts import Prompt


def opened(prompt: Prompt, opening: str) -> Prompt:
    """The prompt with `opening` after it; without its first line where the template wrote that already."""
    parts: list[str | int] = [prompt] if isinstance(prompt, str) else list(prompt)
    last = parts[-1] if parts and isinstance(parts[-1], str) else ""
    tag = opening.partition("\n")[0]
    begun = bool(tag) and last.rstrip().endswith(tag)
    rest = opening[len(tag) :] if begun else opening
    if isinstance(prompt, str):
        return prompt + rest
    return [*parts, rest] if rest else parts
