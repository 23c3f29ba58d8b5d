"""Parts that several checks use, created once, by the first of them."""

import time
from functools import cached_property

from pydantic import SecretStr

from bot.app.function import review_function
from bot.core.redaction import HIDDEN, redact
from bot.sandbox import ReviewFunction, Sandbox
from bot.settings import Settings

_MIN_SECRET = 6  # characters; a shorter secret may be part of ordinary words


class DoctorParts:
    """The bot's parts, created from the settings. An error is raised in each check that uses the part."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def sandbox(self) -> Sandbox:
        return Sandbox(self.settings.cache_dir)

    @cached_property
    def function(self) -> ReviewFunction:
        """Takes seconds if the module is not compiled yet. Raises `ModuleError` or `SettingsError`."""
        return review_function(self.settings, self.sandbox)

    def without_secrets(self, text: str) -> str:
        """Redacts secrets, which servers may repeat in their messages."""
        for name in type(self.settings).model_fields:
            value = getattr(self.settings, name)
            secret = value.get_secret_value() if isinstance(value, SecretStr) else ""
            if len(secret) >= _MIN_SECRET:
                text = text.replace(secret, HIDDEN)
        return redact(text)


class Stopwatch:
    """Seconds since its creation."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __str__(self) -> str:
        """Two significant digits: "0.012 s", "1.3 s", "42 s"."""
        return f"{float(f'{time.monotonic() - self._started:.2g}'):g} s"
