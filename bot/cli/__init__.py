"""The command `review-bot`."""

import io
import sys
from typing import Annotated

import typer

import bot
from bot.cli.commands import Commands
from bot.core.errors import BotError

app = typer.Typer(
    name="review-bot",
    cls=Commands,
    help="Reviews pull requests with a sandboxed WebAssembly function.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"review-bot {bot.__version__}")
        raise typer.Exit


@app.callback()
def about(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_tell_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Reviews pull requests with a sandboxed WebAssembly function."""


def main() -> None:
    """Runs the command line. What the user can mend is said in one line, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Unicode is no reason to fail

    try:
        app()
    except BotError as error:
        sys.stderr.write(f"review-bot: {error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
