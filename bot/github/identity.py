"""The bot's identity on GitHub."""

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from bot.core.value import Value
from bot.github.webhooks.payloads import App


class Identity(Value):
    """The account of the credentials.

    `permissions` ("checks": "write") and `events` are those of the App's registration, `installations` is how
    many accounts installed it, `app` its ids. The owner of a personal access token has none of these.
    """

    login: str
    kind: Literal["app", "user"]
    permissions: Mapping[str, str] = Field(default_factory=dict)
    events: tuple[str, ...] = ()
    installations: int | None = None
    app: App | None = None
