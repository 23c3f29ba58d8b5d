"""Runs the web server and stops it gracefully."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.core.errors import SettingsError

IDLE_SECONDS = 65.0  # keep-alive timeout, longer than the 60 of common proxies
GRACE_SECONDS = 10.0  # for open requests when the server stops


@asynccontextmanager
async def serve(app: web.Application, host: str, port: int) -> AsyncIterator[int]:
    """Serves `app` while the context lasts; yields the port (for port 0, the assigned one).

    Raises:
        SettingsError: the server cannot listen on the address.
    """
    runner = web.AppRunner(
        app,
        access_log=None,
        auto_decompress=False,  # signatures cover the received bytes
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
