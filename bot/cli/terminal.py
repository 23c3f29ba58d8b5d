"""Prints Markdown on a terminal."""

import re

from rich.console import Console
from rich.markdown import Markdown

_HIDDEN = re.compile(r"<!--.*?-->|</?(?:details|summary|sub|br|b|table|tr|td|th)\b[^>]*>", re.DOTALL)


def show(console: Console, body: str) -> None:
    """Prints a comment's Markdown without GitHub's HTML."""
    console.print(Markdown(_HIDDEN.sub("", body)))
