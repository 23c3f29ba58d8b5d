"""`review-bot simulator`: the simulated GitHub by itself."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from bot.cli import app, logs
from bot.core.errors import Refused
from bot.simulator import Simulator
from bot.simulator.serve import served


@app.command()
def simulator(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 takes a free one.")],
    webhook: Annotated[str | None, typer.Option(help="Where deliveries are sent to.")] = None,
    secret: Annotated[str, typer.Option(help="What deliveries are signed with.")] = "",
) -> None:
    """A stateful GitHub on loopback, with a control API under /_simulator/."""
    logs.configure("warning", "auto")
    asyncio.run(_serve(port, webhook, secret))


async def _serve(port: int, webhook: str | None, secret: str) -> None:
    try:
        async with served(Simulator(webhook=webhook, secret=secret), port) as url:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
    except OSError as error:
        raise Refused(f"--port {port}: cannot listen there: {os.strerror(error.errno or 0)}") from None
