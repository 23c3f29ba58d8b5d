"""`review-bot doctor`: checks everything that the bot needs, and says what to do."""

import asyncio
import json
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.app.doctor import DoctorResult, DoctorStatus, checkup
from bot.cli import logs

app = typer.Typer(add_completion=False)

# With the mark for terminals without Unicode, and the colour.
MARKS = {
    DoctorStatus.OK: ("✓", "+", "green"),
    DoctorStatus.WARNING: ("!", "!", "yellow"),
    DoctorStatus.PROBLEM: ("✗", "x", "red"),
}


@app.command()
def doctor(
    *,
    modules_only: Annotated[bool, typer.Option("--modules-only", help="Check only the modules.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Checks settings, GitHub, database, models and modules, and says what to do."""
    logs.configure("critical", "auto")  # what goes wrong here is told as a result
    results = asyncio.run(_results(Console(quiet=as_json), modules_only=modules_only))
    is_well = all(result.status is not DoctorStatus.PROBLEM for result in results)
    if as_json:
        found = {"checks": [result.model_dump(mode="json") for result in results], "ok": is_well}
        sys.stdout.write(json.dumps(found, indent=2) + "\n")
    raise typer.Exit(0 if is_well else 1)


async def _results(console: Console, *, modules_only: bool) -> list[DoctorResult]:
    """All results, shown on the console as they come."""
    results = []
    with console.status("checking"):
        async for result in checkup(modules_only=modules_only):
            results.append(result)
            _show(console, result)
    _conclude(console, results)
    return results


def _show(console: Console, result: DoctorResult) -> None:
    """One line, however wide the terminal: so it can be searched for and copied."""
    mark, plain, colour = MARKS[result.status]
    shown = plain if console.options.ascii_only else mark
    line = Text.assemble((shown, colour), " ", (result.name, "bold"), ": ", result.message)
    console.print(line, soft_wrap=True)


def _conclude(console: Console, results: list[DoctorResult]) -> None:
    problems = sum(result.status is DoctorStatus.PROBLEM for result in results)
    warnings = sum(result.status is DoctorStatus.WARNING for result in results)
    counted = [_counted(problems, "problem"), _counted(warnings, "warning")]
    console.print(" and ".join(filter(None, counted)) or "All is well")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}" if number else ""
