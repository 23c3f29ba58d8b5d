"""`review-bot serve`: runs the server until it is stopped."""

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
    port: Annotated[int | None, typer.Option(help="Listen port (overrides PORT).")] = None,
    role: Annotated[
        Role | None,
        typer.Option(help="web receives webhooks, worker reviews, all does both (overrides ROLE)."),
    ] = None,
) -> None:
    """Runs the server: receives webhooks and reviews pull requests.

    The first SIGTERM or SIGINT gives running reviews GRACE seconds to finish; the second stops at once.
    """
    given = {"host": host, "port": port, "role": role}
    settings = load(**{name: value for name, value in given.items() if value is not None})
    logs.configure(settings.log_level, settings.log_format)
    asyncio.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop, stop_now = asyncio.Event(), asyncio.Event()

    def handle_signal() -> None:
        (stop_now if stop.is_set() else stop).set()

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, handle_signal)
    async with serving(settings) as bot:
        log.info("listening", host=settings.host, port=bot.port, role=settings.role, model=bot.model)
        await stop.wait()
        log.info("stopping", grace=settings.grace)
        draining = asyncio.create_task(bot.drain(settings.grace))
        second_signal = asyncio.create_task(stop_now.wait())
        await asyncio.wait({draining, second_signal}, return_when=asyncio.FIRST_COMPLETED)
        for task in (draining, second_signal):
            task.cancel()
        log.info("running_jobs_released")
