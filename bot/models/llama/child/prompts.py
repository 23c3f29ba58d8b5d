"""A chat as the model's template writes it, in which data stays data.

llama.cpp reads a prompt with the names of special tokens in it as those tokens. A diff that contains
`<|im_end|>` could so end its message and go on in the role of the system. Where a message contains
such a name, its text is therefore handed over as tokens, and only the template's own text as text.
"""

import re
import secrets
from typing import Protocol

from bot.core.errors import NNError

Prompt = str | list[str | int]


class Tokenizer(Protocol):
    def tokens(self, text: str, *, special: bool) -> list[int]: ...

    def chat(self, messages: list[dict[str, str]]) -> str: ...


def prompt(messages: list[dict[str, str]], tokenizer: Tokenizer) -> Prompt:
    """Raises `NNError` when the template refuses the messages, or does not show each of them once."""
    # All texts at once: each question to the tokenizer takes half a millisecond, however short.
    if _names_special("\n".join(message["content"] for message in messages), tokenizer):
        return _disarmed(messages, tokenizer)
    return tokenizer.chat(messages)


def _names_special(text: str, tokenizer: Tokenizer) -> bool:
    return tokenizer.tokens(text, special=True) != tokenizer.tokens(text, special=False)


def _disarmed(messages: list[dict[str, str]], tokenizer: Tokenizer) -> Prompt:
    """Writes the template around marks, and puts the messages' tokens where the marks are."""
    marks = [secrets.token_hex(16) for _ in messages]
    written = tokenizer.chat(
        [{**message, "content": mark} for message, mark in zip(messages, marks, strict=True)]
    )
    if any(written.count(mark) != 1 for mark in marks):
        raise NNError(
            "security",
            "a text contains the name of a special token, and the model's chat template does not allow to "
            "distinguish the two",
        )
    texts = dict(zip(marks, (message["content"] for message in messages), strict=True))
    parts: list[str | int] = []
    for part in re.split(f"({'|'.join(marks)})", written):
        parts += tokenizer.tokens(texts[part], special=False) if part in texts else [part]
    return parts
