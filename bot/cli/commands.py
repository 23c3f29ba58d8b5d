"""The commands by name. A command's module is imported when the command runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

if TYPE_CHECKING:
    from typer._click import Command, Context, HelpFormatter  # not public: for annotations only


@dataclass(frozen=True)
class CommandEntry:
    """A command's module. `help` is the first line of the command's own help; a test compares the two."""

    module: str
    help: str
    app: str = "app"

    def load(self) -> "Command":
        """Imports the module and everything that the command needs."""
        application: typer.Typer = getattr(import_module(f"bot.cli.{self.module}"), self.app)
        return get_command(application)


COMMANDS: Mapping[str, CommandEntry] = {
    "serve": CommandEntry("serve", "Runs the server: receives webhooks and reviews pull requests."),
    "review": CommandEntry("review", "Reviews a diff, a branch or a pull request and prints the review."),
    "doctor": CommandEntry(
        "doctor", "Checks settings, GitHub, database, models and modules, and explains how to fix problems."
    ),
    "jobs": CommandEntry("jobs", "Lists, explains, retries and cancels review jobs."),
    "migrate": CommandEntry("migrate", "Creates or migrates the tables of the database."),
    "learned": CommandEntry(
        "learned", "Lists and takes back what the bot learned from replies, and dismissals."
    ),
    "config": CommandEntry(
        "config", "Validates and shows a repository's configuration, and prints its JSON Schema."
    ),
    "model": CommandEntry("model", "Downloads, lists, verifies and removes GGUF models for LLAMA_MODEL."),
    "replay": CommandEntry(
        "replay", "Replays a stored review offline and checks that the output is identical."
    ),
    "eval": CommandEntry(
        "evaluate", "Scores reviews of a dataset against its golden comments, and compares results."
    ),
    "dataset": CommandEntry("datasets", "Converts published benchmarks to datasets for `review-bot eval`."),
    "demo": CommandEntry(
        "demo",
        "Reviews a sample pull request on a simulated GitHub, including a push and a /review comment.",
    ),
    "simulator": CommandEntry(
        "simulator", "Runs a stateful GitHub simulator on loopback, with a control API under /_simulator/."
    ),
    "wasi-nn": CommandEntry("wasi_nn", "Runs WebAssembly programs that use local models through WASI-NN."),
}


class Commands(TyperGroup):
    """A group that lists its commands by name and help, and loads a command only to run it."""

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
