"""Who the bot is to GitHub, for `review-bot doctor`."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from bot.core.value import Value
from bot.github.webhooks.payloads import App


class Identity(Value):
    """`permissions` ("checks": "write") and `events` are what the App was registered with.

    `installations` is how many accounts have installed it, `app` what it is known by. A plain token's owner
    has none of these.
    """

    login: str
    kind: Literal["app", "user"]
    permissions: Mapping[str, str] = Field(default_factory=dict)
    events: tuple[str, ...] = ()
    installations: int | None = None
    app: App | None = None
