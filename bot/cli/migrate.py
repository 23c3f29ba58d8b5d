"""`review-bot migrate`: creates or migrates the tables of the database."""

import asyncio
import sys

import typer

from bot.cli import logs

app = typer.Typer(help="Creates or migrates the tables of the database.", add_completion=False)


@app.command()
def migrate() -> None:
    """Creates or migrates the tables of the database.

    `serve` does the same at its start. Run it by itself before the first process of a new release: it waits
    while others use the tables, and processes of the release before go on meanwhile and afterwards.
    """
    logs.configure("warning", "auto")
    asyncio.run(_migrate())
    sys.stdout.write("The database has the tables of this release.\n")


async def _migrate() -> None:
    from bot.engine import connect  # noqa: PLC0415 - takes a quarter of a second
    from bot.settings import load  # noqa: PLC0415 - `--help` must not wait for it

    async with await connect(load().database) as store:
        await store.check()
