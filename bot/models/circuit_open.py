"""The failure of requests to a model whose circuit is open, and the name of the model's cooldown."""

from bot.core.cooldowns import Cooldown
from bot.core.errors import EngineFailure
from bot.core.llm.messages import FailureKind, Model

# Longest wait, in seconds, that a server may request before its circuit opens. Rate limits mostly count per
# minute: a little more than a minute later, a request passes.
PATIENCE = 65.0


class CircuitOpen(EngineFailure):
    """No completion because the model was not asked; tells nothing new about the model's state."""

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(FailureKind.UNAVAILABLE, message, after)


def cooldown_name(model: Model) -> str:
    """The cooldown that is active while the model's circuit is open."""
    return f"model {model.name}"


def circuit_open(model: Model, cooldown: Cooldown) -> CircuitOpen:
    return CircuitOpen(f"{model.name} is paused after failures: {cooldown.reason}", cooldown.seconds)
