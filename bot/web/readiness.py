"""Whether the server can do its work now, by named checks."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

import structlog

from bot.core.errors import BotError

log = structlog.get_logger()

Check = Callable[[], Awaitable[None]]  # raises BotError with the reason when it is not in order

PATIENCE = 5.0  # seconds that a check may take
FRESH = 2.0  # seconds for which an answer is given again, so that nobody can make the checks a load


class Readiness:
    """Asks all checks at once, and lets none take longer than PATIENCE."""

    def __init__(self, checks: Mapping[str, Check]) -> None:
        self._checks = checks
        self._lock = asyncio.Lock()
        self._reasons: Mapping[str, str] = {}
        self._until = 0.0

    async def reasons(self) -> Mapping[str, str]:
        """Why the server is not ready, by the name of the check; empty when it is."""
        async with self._lock:
            if time.monotonic() >= self._until:
                self._reasons = await self._ask_all()
                self._until = time.monotonic() + FRESH
            return self._reasons

    async def _ask_all(self) -> Mapping[str, str]:
        found = await asyncio.gather(*(self._ask(name, check) for name, check in self._checks.items()))
        return {name: reason for name, reason in zip(self._checks, found, strict=True) if reason}

    async def _ask(self, name: str, check: Check) -> str | None:
        try:
            async with asyncio.timeout(PATIENCE):
                await check()
        except TimeoutError:
            return f"no answer within {PATIENCE:g} seconds"
        except BotError as error:
            return str(error) or type(error).__name__
        except Exception:
            log.exception("readiness_check_crashed", check=name)
            return "the check itself failed; the operator finds the details in the log"
        return None
