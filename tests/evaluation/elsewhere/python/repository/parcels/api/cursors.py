"""Opaque positions in long lists."""

import base64

from parcels.core.errors import BadRequest


def read_cursor(text: str) -> tuple[str, int]:
    """The moment and the id after which the next page begins."""
    try:
        moment, number = base64.urlsafe_b64decode(text).decode().rsplit("/", 1)
        return moment, int(number)
    except ValueError:
        raise BadRequest("no such page") from None
