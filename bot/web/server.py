"""Listens, and stops in good order."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.core.errors import SettingsError

IDLE_SECONDS = 65.0  # for a connection to send its next (or first) request's head; proxies use 60
GRACE_SECONDS = 10.0  # for requests that are being answered when the server stops


@asynccontextmanager
async def serve(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serves `app` while the context lasts; gives the port (of 0, the free one that was taken).

    Raises:
        SettingsError: the address cannot be listened on.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,  # signatures are of the bytes that came
        keepalive_timeout=IDLE_SECONDS,
        shutdown_timeout=GRACE_SECONDS,
    )
    await runner.setup()
    try:
        await _listen(runner, host, port)
        yield runner.addresses[0][1]
    finally:
        await runner.cleanup()


async def _listen(runner: web.AppRunner, host: str, port: int) -> None:
    try:
        await web.TCPSite(runner, host, port, backlog=1024).start()
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise SettingsError(f"HOST and PORT: cannot listen on {host}:{port}: {reason}") from None
