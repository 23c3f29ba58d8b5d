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


def _print_version(is_requested: bool) -> None:
    if is_requested:
        typer.echo(f"review-bot {bot.__version__}")
        raise typer.Exit


@app.callback()
def about(
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    """Reviews pull requests with a sandboxed WebAssembly function."""


def main() -> None:
    """Runs the command line. Errors that the user can fix are printed in one line, without a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without Unicode must not cause a failure

    try:
        app()
    except BotError as error:
        sys.stderr.write(f"review-bot: {error}\n")
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)
