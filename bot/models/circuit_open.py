"""A model that is not asked for now: its gate, and what those hear who would ask it."""

from bot.core.cooldowns import Cooldown
from bot.core.errors import EngineFailure
from bot.core.llm.messages import FailureKind, Model

# Seconds that a server's wait is waited out. Limits are mostly counted per minute: after a whole one, and a
# little, a request is let through.
PATIENCE = 65.0


class CircuitOpen(EngineFailure):
    """No completion because the model was not asked: says nothing new about how it is."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(FailureKind.UNAVAILABLE, message, after)


def cooldown_name(model: Model) -> str:
    """The gate that is closed while the model is given a rest."""
    return f"model {model.name}"


def circuit_open(model: Model, closed: Cooldown) -> CircuitOpen:
    return CircuitOpen(f"{model.name} is given a rest: {closed.reason}", closed.seconds)
