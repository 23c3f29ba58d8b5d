"""The commands by name. A command's module is imported when the command is used."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter  # for annotations alone: it is not public


@dataclass(frozen=True)
class CommandEntry:
    """Where a command is. `help` is the first line of its own help; a test compares the two."""

    module: str
    help: str
    app: str = "app"

    def load(self) -> "Command":
        """Imports the module, and everything that the command needs with it."""
        found: typer.Typer = getattr(import_module(f"bot.cli.{self.module}"), self.app)
        return get_command(found)


COMMANDS: Mapping[str, CommandEntry] = {
    "serve": CommandEntry("serve", "Receives webhooks and reviews pull requests until it is stopped."),
    "review": CommandEntry("review", "Reviews a diff, a branch or a pull request, and prints the review."),
    "doctor": CommandEntry(
        "doctor", "Checks settings, GitHub, database, models and modules, and says what to do."
    ),
    "jobs": CommandEntry("jobs", "Lists, explains, retries and cancels review jobs."),
    "config": CommandEntry(
        "config", "Checks a repository's configuration, shows what holds, prints its JSON Schema."
    ),
    "model": CommandEntry("model", "Pulls GGUF models for LLAMA_MODEL; lists, checks and removes them."),
    "replay": CommandEntry(
        "replay", "Replays a stored review offline and checks that the output is identical."
    ),
    "eval": CommandEntry("evaluate", "Scores reviews of a dataset against its golden comments."),
    "dataset": CommandEntry("evaluate", "Makes datasets for `review-bot eval`.", "dataset_app"),
    "demo": CommandEntry(
        "demo",
        "Opens a pull request on a simulated GitHub and reviews it, then a push and a /review comment.",
    ),
    "simulator": CommandEntry(
        "simulator", "A stateful GitHub on loopback, with a control API under /_simulator/."
    ),
    "wasi-nn": CommandEntry("wasi_nn", "Runs WebAssembly programs that ask local models, as WasmEdge does."),
}


class Commands(TyperGroup):
    """A group that knows its commands by name and help, and loads one when it is to run."""

    def __init__(self, **attributes: Any) -> None:
        attributes["commands"] = {
            name: TyperCommand(name, help=entry.help) for name, entry in COMMANDS.items()
        }
        super().__init__(**attributes)
        self._lists = False

    def list_commands(self, ctx: "Context") -> list[str]:
        del ctx
        return [*COMMANDS]

    def format_help(self, ctx: "Context", formatter: "HelpFormatter") -> None:
        self._lists = True
        super().format_help(ctx, formatter)

    def get_command(self, ctx: "Context", cmd_name: str) -> "Command | None":
        if self._lists or cmd_name not in COMMANDS:
            return super().get_command(ctx, cmd_name)
        command = COMMANDS[cmd_name].load()
        command.name = cmd_name
        return command
