"""What several checks need, made once, by the first of them."""

import time
from functools import cached_property

from pydantic import SecretStr

from bot.app.function import review_function
from bot.core.redaction import HIDDEN, redact
from bot.sandbox import ReviewFunction, Sandbox
from bot.settings import Settings

_TELLING = 6  # characters; hiding a shorter secret would tear words apart that merely look like it


class DoctorParts:
    """The bot's parts as the settings want them. Whatever raises here raises in each check that asks."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    @cached_property
    def sandbox(self) -> Sandbox:
        return Sandbox(self.settings.cache_dir)

    @cached_property
    def function(self) -> ReviewFunction:
        """Compiles it, where that was not done before: seconds. Raises `ModuleError` or `SettingsError`."""
        return review_function(self.settings, self.sandbox)

    def without_secrets(self, text: str) -> str:
        """No check speaks of a secret; servers do, in their messages."""
        for name in type(self.settings).model_fields:
            value = getattr(self.settings, name)
            secret = value.get_secret_value() if isinstance(value, SecretStr) else ""
            if len(secret) >= _TELLING:
                text = text.replace(secret, HIDDEN)
        return redact(text)


class Stopwatch:
    """Seconds since it was made."""

    def __init__(self) -> None:
        self._started = time.monotonic()

    def __str__(self) -> str:
        """Two digits tell enough: "0.012 s", "1.3 s", "42 s"."""
        return f"{float(f'{time.monotonic() - self._started:.2g}'):g} s"
