"""Parses webhook payloads."""

from typing import TypeVar

from pydantic import ValidationError

from bot.core.change import PullRef
from bot.core.events import MalformedDelivery
from bot.github.webhooks.payloads import Action, Installation, Payload, Repository

P = TypeVar("P", bound=Payload)


def read(model: type[P], body: bytes) -> P:
    """Parses a payload. Raises `MalformedDelivery`."""
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        field = ".".join(map(str, first["loc"])) or "body"
        raise MalformedDelivery(
            f"{field}: {first['msg']}; this is not what GitHub sends for the event"
        ) from None


def action_of(body: bytes) -> str | None:
    return read(Action, body).action


def ref_of(repository: Repository, number: int, installation: Installation | None) -> PullRef:
    return PullRef(
        repository=repository.full_name,
        number=number,
        installation=installation.id if installation else None,
    )
