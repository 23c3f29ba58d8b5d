"""`review-bot serve`: the server."""

import asyncio
import signal
from typing import Annotated

import structlog
import typer

from bot.app.serving import serving
from bot.cli import logs
from bot.settings import Role, Settings, load

app = typer.Typer(add_completion=False)

log = structlog.get_logger()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Listen address (overrides HOST).")] = None,
    port: Annotated[int | None, typer.Option(help="Port (overrides PORT).")] = None,
    role: Annotated[
        Role | None,
        typer.Option(help="web receives deliveries, worker reviews, all does both; instead of ROLE."),
    ] = None,
) -> None:
    """Receives webhooks and reviews pull requests until it is stopped.

    The first SIGTERM or SIGINT lets running reviews end, for GRACE seconds; the second does not wait.
    """
    given = {"host": host, "port": port, "role": role}
    settings = load(**{name: value for name, value in given.items() if value is not None})
    logs.configure(settings.log_level, settings.log_format)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop, now = asyncio.Event(), asyncio.Event()

    def stopped() -> None:
        (now if stop.is_set() else stop).set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopped)
    async with serving(settings) as bot:
        log.info("listening", host=settings.host, port=bot.port, role=settings.role, model=bot.model)
        await stop.wait()
        log.info("stopping", grace=settings.grace)
        draining = asyncio.create_task(bot.drain(settings.grace))
        hurry = asyncio.create_task(now.wait())
        await asyncio.wait({draining, hurry}, return_when=asyncio.FIRST_COMPLETED)
        for task in (draining, hurry):
            task.cancel()
        log.info("stopped claiming; what still runs is handed back")
