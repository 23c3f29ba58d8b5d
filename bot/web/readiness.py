"""Readiness: named checks of whether the server can work now."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.core.errors import BotError

log = structlog.get_logger()

Check = Callable[[], Awaitable[None]]  # raises BotError with the reason when the check fails

PATIENCE = 5.0  # timeout of a check in seconds
FRESH = 2.0  # seconds for which results are cached, to bound the load of the checks


class Readiness:
    """Runs all checks concurrently, each with the timeout PATIENCE."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._lock = asyncio.Lock()
        self._reasons: Mapping[str, str] = {}
        self._until = 0.0

    async def reasons(self) -> Mapping[str, str]:
        """Why the server is not ready, by the name of the check; empty when it is."""
        async with self._lock:
            if time.monotonic() >= self._until:
                self._reasons = await self._run_all()
                self._until = time.monotonic() + FRESH
            return self._reasons

    async def _run_all(self) -> Mapping[str, str]:
        results = await asyncio.gather(*(self._run(name, check) for name, check in self._checks.items()))
        return {name: reason for name, reason in zip(self._checks, results, strict=True) if reason}

    async def _run(self, name: str, check: Check) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE):
                await check()
        except TimeoutError:
            return f"no answer within {PATIENCE:g} seconds"
        except BotError as error:
            return str(error) or type(error).__name__
        except Exception:
            log.exception("readiness_check_crashed", check=name)
            return "internal error in this check; the operator can find the details in the log"
        return None
