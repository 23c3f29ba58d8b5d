"""A model that is not asked for now: its gate, and what those hear who would ask it."""

from bot.core.errors import EngineFailure
from bot.core.exchange import Model, Trouble
from bot.core.gates import Closed

# Seconds that a server's wait is waited out. Limits are mostly counted per minute: after a whole one, and a
# little, a request is let through.
PATIENCE = 65.0


class NotAsked(EngineFailure):
    """No completion because the model was not asked: says nothing new about how it is."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(Trouble.UNAVAILABLE, message, after)


def gate_of(model: Model) -> str:
    """The gate that is closed while the model is given a rest."""
    return f"model {model.name}"


def resting(model: Model, closed: Closed) -> NotAsked:
    return NotAsked(f"{model.name} is given a rest: {closed.reason}", closed.seconds)
