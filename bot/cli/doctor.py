"""`review-bot doctor`: checks everything that the bot needs and prints the results."""

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

# The mark, its form for terminals without Unicode, and the colour.
MARKS = {
    DoctorStatus.OK: ("✓", "+", "green"),
    DoctorStatus.WARNING: ("!", "!", "yellow"),
    DoctorStatus.PROBLEM: ("✗", "x", "red"),
}


@app.command()
def doctor(
    *,
    modules_only: Annotated[
        bool, typer.Option("--modules-only", help="Check only settings, modules, templates and cache.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Checks settings, GitHub, database, models and modules, and explains how to fix problems.

    Exits 1 if there is a problem; warnings do not count.
    """
    logs.configure("critical", "auto")  # failures are reported as results
    results = asyncio.run(_results(Console(quiet=as_json), modules_only=modules_only))
    is_ok = all(result.status is not DoctorStatus.PROBLEM for result in results)
    if as_json:
        report = {"checks": [result.model_dump(mode="json") for result in results], "ok": is_ok}
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    raise typer.Exit(0 if is_ok else 1)


async def _results(console: Console, *, modules_only: bool) -> list[DoctorResult]:
    """All results. Prints each as soon as it is known."""
    results = []
    with console.status("checking"):
        async for result in checkup(modules_only=modules_only):
            results.append(result)
            _show(console, result)
    _conclude(console, results)
    return results


def _show(console: Console, result: DoctorResult) -> None:
    """Prints one unwrapped line, so that it can be searched for and copied."""
    unicode_mark, ascii_mark, colour = MARKS[result.status]
    mark = ascii_mark if console.options.ascii_only else unicode_mark
    line = Text.assemble((mark, colour), " ", (result.name, "bold"), ": ", result.message)
    console.print(line, soft_wrap=True)


def _conclude(console: Console, results: list[DoctorResult]) -> None:
    problems = sum(result.status is DoctorStatus.PROBLEM for result in results)
    warnings = sum(result.status is DoctorStatus.WARNING for result in results)
    counts = [_count(problems, "problem"), _count(warnings, "warning")]
    console.print(" and ".join(filter(None, counts)) or "No problems found")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
