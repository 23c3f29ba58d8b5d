"""What a question took, when its server does not say, or says what cannot be."""

import json
from collections.abc import Iterator
from typing import Any

from bot.core.llm.messages import Completion, Request, Usage
from bot.models.token_counting import AROUND, Counter, exact

PER_MESSAGE = 8
# A server may count twice as well or as badly as we do, but not worse; beyond, these many times and tokens
# more it has counted something else.
TIMES = 8
MORE = 10_000
SLACK = 8  # tokens; of a few words, tokenizers make what they like


def believable(request: Request, completion: Completion, count: Counter, body: str) -> Usage:
    """What the server told, each of both counts replaced by our own where it is missing, less than half of
    what it must be, or absurd. `count` never counts too few; `body` is what the server sent.
    """
    told, said = completion.usage, _said(body) or completion.text
    texts = [message.text for message in request.messages]
    prompt = _checked(told.prompt, texts, count, PER_MESSAGE * len(texts) + AROUND)
    answer = _checked(told.answer, [said], count, request.answer)
    is_told = (prompt, answer) == (told.prompt, told.answer)
    return told if is_told else Usage(prompt=prompt, answer=answer, estimated=True)


def _checked(told: int, texts: list[str], count: Counter, around: int) -> int:
    least = sum(exact(text) for text in texts)
    most = TIMES * (least + around) + MORE
    if told == least == 0 or (0 < told <= most and least <= 2 * told + SLACK):
        return told
    return sum(count(text) for text in texts) + (PER_MESSAGE * len(texts) if len(texts) > 1 else 0)


def _said(body: str) -> str:
    """All that the model wrote, its thoughts too; empty when that cannot be told."""
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    choices = answer.get("choices") if isinstance(answer, dict) else None
    return "\n".join(_texts(choices)) if choices else ""


def _texts(said: Any) -> Iterator[str]:
    if isinstance(said, str):
        yield said
    elif isinstance(said, list):
        for one in said:
            yield from _texts(one)
    elif isinstance(said, dict):
        for name, one in said.items():
            if name not in ("role", "finish_reason", "id", "type", "index", "logprobs"):
                yield from _texts(one)
