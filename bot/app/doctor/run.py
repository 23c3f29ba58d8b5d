"""Runs the checks in sequence; a failed check does not stop the others."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from dataclasses import dataclass

from bot.app.doctor.database import check_database
from bot.app.doctor.github import check_github
from bot.app.doctor.machine import check_cache, check_vocabulary
from bot.app.doctor.models import check_llama, check_openai, check_routes, wanted
from bot.app.doctor.modules import check_function, check_modules, check_templates
from bot.app.doctor.result import DoctorResult, DoctorStatus, problem, warning
from bot.app.doctor.settings import check_webhook_secret, read
from bot.app.doctor.shared_parts import DoctorParts
from bot.core.errors import BotError
from bot.settings import Settings


@dataclass(frozen=True)
class _Check:
    """`name` names results that the check does not produce itself; `seconds` is its time limit.

    `outward` checks send requests. They are skipped while a setting is invalid: its default may be the
    address of another server.
    """

    name: str
    run: Callable[[DoctorParts], Awaitable[Sequence[DoctorResult]]]
    seconds: float
    outward: bool = False


_MODULES = (
    _Check("modules", check_modules, 120),
    _Check("review function", check_function, 60),
    _Check("templates", check_templates, 60),
    _Check("cache directory", check_cache, 10),
)
_SERVER = (
    _Check("webhook secret", check_webhook_secret, 10),
    _Check("github", check_github, 90, outward=True),
    _Check("database", check_database, 60),
    _Check("vocabulary", check_vocabulary, 30),
    _Check("models", check_routes, 10),
)
_MODELS = {
    "openai": _Check("model openai", check_openai, 180, outward=True),
    "llama": _Check("model llama", check_llama, 900, outward=True),
}


async def checkup(*, modules_only: bool = False) -> AsyncIterator[DoctorResult]:
    """Yields each result as soon as it is known. Never raises; results contain no secrets.

    With `modules_only`, leaves out the checks that only a running server needs.
    """
    settings, results = read()
    for result in results:
        yield result
    if settings is None:
        yield problem("other checks", "skipped: settings could not be loaded")
        return
    are_settings_valid = all(result.status is DoctorStatus.OK for result in results)
    parts = DoctorParts(settings)
    for check in _MODULES if modules_only else _all(settings):
        is_skipped = check.outward and not are_settings_valid
        for result in [_skipped(check)] if is_skipped else await _results(check, parts):
            yield result.model_copy(update={"message": parts.without_secrets(result.message)})


def _all(settings: Settings) -> Sequence[_Check]:
    return (*_SERVER, *_MODULES, *(_MODELS[name] for name in wanted(settings)))


def _skipped(check: _Check) -> DoctorResult:
    return warning(check.name, "skipped: fix the settings errors first")


async def _results(check: _Check, parts: DoctorParts) -> Sequence[DoctorResult]:
    try:
        async with asyncio.timeout(check.seconds):
            return await check.run(parts)
    except TimeoutError:
        return [problem(check.name, f"the check did not finish within {check.seconds:g} seconds")]
    except BotError as error:
        return [problem(check.name, str(error))]
    except Exception as error:  # noqa: BLE001 - it is reported, and the other checks run
        return [problem(check.name, f"the check failed; this is a bug: {type(error).__name__}: {error}")]
