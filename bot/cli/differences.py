"""What differs between two reviews, for programs and for people."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax

from bot.core.findings.comparison import compare
from bot.core.review import Review

Told = Mapping[str, Any]


def plain(before: Review, after: Review) -> dict[str, Any]:
    """For programs: `added`, `gone`, `changed` findings, `coverage`, `text` (a unified diff), `fields`."""
    return compare(before, after).model_dump(mode="json")


def show_sameness(console: Console, told: Told) -> None:
    """Whether a review was made again byte for byte."""
    then, now = told["modules"]["then"], told["modules"]["now"]
    if then != now:
        console.print(f"Made by another review function then: {then[:12]}, the one in use is {now[:12]}.")
    if told["same"]:
        console.print(f"the same bytes (sha256 {told['sha256']})", soft_wrap=True)
    elif "reason" in told:
        console.print(f"It cannot be made again: {escape(told['reason'])}", soft_wrap=True)
    else:
        console.print(f"[bold]Not the same[/bold]; these differ: {', '.join(told['fields'])}")
        _show(console, told)


def show(console: Console, told: Told) -> None:
    """From the review that was made to the one made now."""
    before, after = told["before"], told["after"]
    console.print(f"before: {_made(before)}\nafter:  {_made(after)}, {after['reused']} answers were known")
    if before["sha256"] == after["sha256"]:
        console.print(f"the same bytes (sha256 {after['sha256']})", soft_wrap=True)
    _show(console, told)


def _made(side: Told) -> str:
    usage = side["usage"]
    tokens = f"{usage['prompt']:,} + {usage['answer']:,} tokens"
    return f"{escape(side['model'] or 'no model')}, {len(side['review']['findings'])} findings, {tokens}"


def _show(console: Console, told: Told) -> None:
    for sign, colour, findings in (("+", "green", told["added"]), ("-", "red", told["gone"])):
        for finding in findings:
            console.print(f"[{colour}]{sign} {_finding(finding)}[/{colour}]", soft_wrap=True)
    for pair in told["changed"]:
        console.print(f"[yellow]~ {_finding(pair['before'])}[/yellow]", soft_wrap=True)
        for name, old in pair["before"].items():
            new = pair["after"][name]
            if old != new:
                console.print(f"    {name}: {escape(str(old))} → {escape(str(new))}", soft_wrap=True)
    for turned in told["coverage"]:
        console.print(
            f"{escape(turned['path'])}: {_covered(turned['before'])} → {_covered(turned['after'])}",
            soft_wrap=True,
        )
    if told["text"]:
        console.print(Syntax(told["text"], "diff", background_color="default", word_wrap=True))


def _finding(finding: Told) -> str:
    place = f"{finding['path']}:{finding['line']}"
    return escape(f"{place} {finding['severity']}: {finding['title']}")


def _covered(entry: Told | None) -> str:
    if entry is None:
        return "not accounted for"
    return "reviewed" if entry["reviewed"] else escape(f"not reviewed ({entry['reason']})")
