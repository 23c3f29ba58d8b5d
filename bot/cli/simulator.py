"""`review-bot simulator`: runs the GitHub simulator as a server."""

import asyncio
import os
import sys
from typing import Annotated

import typer

from bot.cli import logs
from bot.core.errors import Refused
from github_simulator import Simulator, Storm
from github_simulator.serve import served

app = typer.Typer(add_completion=False)

USUAL_RATE = 0.1
Seed = Annotated[
    int | None,
    typer.Option(
        min=0,
        max=2**63 - 1,
        metavar="SEED",
        help="Inject random faults into API calls and deliveries (a storm); a seed repeats the same faults.",
    ),
]
Rate = Annotated[
    float, typer.Option(min=0, max=1, help="Share of calls and deliveries with an injected fault.")
]


@app.command()
def simulator(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on; 0 for any free port.")],
    webhook: Annotated[str | None, typer.Option(help="URL that deliveries are sent to.")] = None,
    secret: Annotated[str, typer.Option(help="Secret that signs deliveries.")] = "",
    storm: Seed = None,
    storm_rate: Rate = USUAL_RATE,
) -> None:
    """Runs a stateful GitHub simulator on loopback, with a control API under /_simulator/."""
    logs.configure("warning", "auto")
    simulated = Simulator(webhook=webhook, secret=secret)
    if storm is not None:
        simulated.storm(Storm(seed=storm, rate=storm_rate))
    asyncio.run(_serve(simulated, port))


async def _serve(simulated: Simulator, port: int) -> None:
    try:
        async with served(simulated, port) as url:
            sys.stdout.write(f"{url}\n")
            sys.stdout.flush()
            await asyncio.Event().wait()
    except OSError as error:
        raise Refused(f"--port {port}: cannot listen on this port: {os.strerror(error.errno or 0)}") from None
