"""Answers to the control questions that every model gets at its first use."""

from typing import Any

from bot.models.qualification.questions import PAIRS


def control_answer(body: dict[str, Any]) -> dict[str, Any]:
    """The right answer to the control question in a request's body."""
    asked = "\n".join(message["content"] for message in body["messages"])
    planted = [pair for pair in PAIRS if pair.planted in asked]
    return {
        "reason": "The new code shows it.",
        "defect": bool(planted),
        "line": planted[0].line if planted else 0,
    }
