"""`review-bot serve`: the server."""

import asyncio
import signal
from typing import Annotated

import structlog
import typer

from bot.app import serving
from bot.cli import app, logs
from bot.settings import Settings, load

log = structlog.get_logger()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; instead of HOST.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; instead of PORT.")] = None,
) -> None:
    """Receives webhooks and reviews pull requests until it is stopped."""
    given = {"host": host, "port": port}
    settings = load(**{name: value for name, value in given.items() if value is not None})
    logs.configure(settings.log_level, settings.log_format)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with serving(settings) as bot:
        log.info("listening", host=settings.host, port=bot.port, model=bot.model)
        await stop.wait()
        log.info("stopping")
