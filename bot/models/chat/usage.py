"""Estimates the token usage of an answer if its server reports none, or an implausible one."""

import json
from collections.abc import Iterator
from typing import Any

from bot.core.llm.messages import Completion, Request, Usage
from bot.models.token_counting import AROUND, Counter, exact

PER_MESSAGE = 8
# A server's count may differ from ours by a factor of two. A count above `TIMES` our count plus `MORE` tokens
# is implausible.
TIMES = 8
MORE = 10_000
SLACK = 8  # tokens; for a few words, tokenizers differ widely


def believable(request: Request, completion: Completion, count: Counter, body: str) -> Usage:
    """The server's usage; each count is replaced by our own if it is missing, less than half of the minimum,
    or implausibly high. `count` never counts too few; `body` is the server's response.
    """
    reported, written = completion.usage, _written(body) or completion.text
    texts = [message.text for message in request.messages]
    prompt = _checked(reported.prompt, texts, count, PER_MESSAGE * len(texts) + AROUND)
    answer = _checked(reported.answer, [written], count, request.answer)
    is_plausible = (prompt, answer) == (reported.prompt, reported.answer)
    if is_plausible and reported.cached > prompt:
        return reported.model_copy(update={"cached": 0})
    return reported if is_plausible else Usage(prompt=prompt, answer=answer, estimated=True)


def _checked(reported: int, texts: list[str], count: Counter, around: int) -> int:
    least = sum(exact(text) for text in texts)
    most = TIMES * (least + around) + MORE
    if reported == least == 0 or (0 < reported <= most and least <= 2 * reported + SLACK):
        return reported
    return sum(count(text) for text in texts) + (PER_MESSAGE * len(texts) if len(texts) > 1 else 0)


def _written(body: str) -> str:
    """All text that the model wrote, including its thoughts; empty if unknown."""
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
