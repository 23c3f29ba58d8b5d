"""Formats arbitrary text as code spans and code blocks."""

import re

from bot.core.markdown.characters import clean

_BACKTICKS = re.compile(r"`+")
_LANGUAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9+#._-]{0,29}")
# GitHub renders these as graphics, or as suggestions.
_DRAWN = frozenset({"mermaid", "math", "geojson", "topojson", "stl", "suggestion"})


def code(text: str) -> str:
    """`text` as a code span on one line; empty for blank text."""
    text = " ".join(clean(text).split("\n"))
    if not text.strip():
        return ""
    ticks = "`" * (_longest_run(text) + 1)
    edge = text[0] + text[-1]
    pad = " " if "`" in edge or edge == "  " else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def fence(text: str, language: str = "") -> str:
    """`text` as a fenced block, with a fence longer than any inside. An unsuitable `language` is omitted."""
    text = clean(text).removesuffix("\n")
    ticks = "`" * max(3, _longest_run(text) + 1)
    return f"{ticks}{_fit_language(language)}\n{text}\n{ticks}"


def suggestion(text: str) -> str:
    """`text` as a GitHub suggestion that replaces the commented lines."""
    block = fence(text)
    ticks = block.partition("\n")[0]
    return f"{ticks}suggestion\n{ticks}" if not text else ticks + "suggestion" + block.removeprefix(ticks)


def _fit_language(language: str) -> str:
    fits = _LANGUAGE.fullmatch(language) and language.lower() not in _DRAWN
    return language if fits else ""


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
