"""Checks that the settings can be read, and reports where they come from."""

from typing import Any

from bot.app.doctor.result import DoctorResult, ok, problem, warning
from bot.app.doctor.shared_parts import DoctorParts
from bot.core.errors import SettingsError
from bot.settings import DEFAULT_FILE, FILE_VARIABLE, Settings, load, settings_file

NAME = "settings"
SHORT = 16  # characters; a shorter webhook secret can be guessed


def read() -> tuple[Settings | None, list[DoctorResult]]:
    """The settings, and the results of reading them.

    Invalid settings have their defaults, so that checks that do not depend on them can run; None if the
    settings cannot be read at all.
    """
    try:
        settings = load()
    except SettingsError as error:
        lines = str(error).splitlines()
        return _with_defaults(lines), [problem(NAME, line) for line in lines]
    return settings, [ok(NAME, _origin())]


async def check_webhook_secret(parts: DoctorParts) -> list[DoctorResult]:
    return [_webhook_secret(parts.settings)]


def _webhook_secret(settings: Settings) -> DoctorResult:
    name = "webhook secret"
    secret = settings.github_webhook_secret
    if secret is None:
        return problem(
            name,
            "GITHUB_WEBHOOK_SECRET is not set, so `serve` will not start: generate a long random text and "
            "set it both here and in the webhook on GitHub",
        )
    if len(secret.get_secret_value()) < SHORT:
        return warning(
            name,
            f"GITHUB_WEBHOOK_SECRET has fewer than {SHORT} characters and can be guessed: use a long random "
            "text, here and on GitHub",
        )
    if settings.github_webhook_secret_previous:
        return ok(
            name,
            "set; the previous secret is still accepted: unset GITHUB_WEBHOOK_SECRET_PREVIOUS once GitHub "
            "uses the new one",
        )
    return ok(name, "set")


def _origin() -> str:
    file = settings_file()
    if file:
        return f"read from {file} and the environment (the environment takes precedence)"
    return f"read from the environment; {FILE_VARIABLE} is not set, and there is no {DEFAULT_FILE} here"


def _with_defaults(lines: list[str]) -> Settings | None:
    names = [line.partition(":")[0].lower() for line in lines]
    fields = Settings.model_fields
    defaults: dict[str, Any] = {
        name: fields[name].get_default(call_default_factory=True) for name in names if name in fields
    }
    try:
        return load(**defaults)
    except SettingsError:
        return None
