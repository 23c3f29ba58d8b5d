"""Removes a model's thoughts from its answer."""

import re

# <think>…</think>, [THINK]…[/THINK], and the channels of gpt-oss.
_CLOSED = re.compile(r"\A\s*(?:<(think(?:ing)?)>|\[THINK\])?(.*?)(?:</think(?:ing)?>|\[/THINK\])", re.DOTALL)
_OPEN = re.compile(r"\A\s*(?:<think(?:ing)?>|\[THINK\])")
_FINAL = re.compile(r"<\|channel\|>final(?:\s*<\|constrain\|>\s*\w+)?<\|message\|>")
_CHANNEL = re.compile(r"\A\s*(?:<\|start\|>assistant)?<\|channel\|>")
_ENDS = ("<|return|>", "<|end|>")


def without_thoughts(text: str) -> str:
    """The answer alone; empty if there are only thoughts. JSON that contains a tag is left unchanged."""
    if text.lstrip().startswith(("{", "[{", '["', "`")):
        return text
    if _CHANNEL.search(text):
        return _final(text)
    if closed := _CLOSED.search(text):
        return without_thoughts(text[closed.end() :].lstrip())
    return "" if _OPEN.search(text) else text


def _final(text: str) -> str:
    *_, last = [None, *_FINAL.finditer(text)]
    said = text[last.end() :] if last else ""
    for end in _ENDS:
        said = said.strip().removesuffix(end)
    return said
