"""Describes models that were not called because they did not pass the control questions."""

from collections.abc import Sequence

from bot.core.llm.qualification import Qualification
from bot.core.markdown import code


def render_unqualified(results: Sequence[Qualification]) -> str:
    """A sentence of Markdown without its full stop."""
    told = " and ".join(f"{code(result.model)} ({result.score})" for result in results)
    models = "model" if len(results) == 1 else "models"
    return f"the {models} {told} could not tell planted bugs from correct code in the control questions"
