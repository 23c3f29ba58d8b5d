"""Shows the differences between two reviews, as JSON values and as text."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.syntax import Syntax

from bot.core.findings.comparison import compare
from bot.core.review import Review

ReplayResult = Mapping[str, Any]


def plain(before: Review, after: Review) -> dict[str, Any]:
    """As JSON values: `added`, `gone`, `changed` findings, `coverage`, `text` (a unified diff), `fields`."""
    return compare(before, after).model_dump(mode="json")


def show_sameness(console: Console, result: ReplayResult) -> None:
    """Prints whether the replay produced the stored review byte for byte."""
    then, now = result["modules"]["then"], result["modules"]["now"]
    if then != now:
        console.print(f"The review function has changed: {then[:12]} then, {now[:12]} now.")
    if result["same"]:
        console.print(f"identical (sha256 {result['sha256']})", soft_wrap=True)
    elif "reason" in result:
        console.print(f"The review cannot be replayed: {escape(result['reason'])}", soft_wrap=True)
    else:
        console.print(f"[bold]Not identical[/bold]; fields that differ: {', '.join(result['fields'])}")
        _show(console, result)


def show(console: Console, result: ReplayResult) -> None:
    """Prints the changes from the stored review to the new one."""
    before, after = result["before"], result["after"]
    console.print(
        f"before: {_describe_side(before)}\n"
        f"after:  {_describe_side(after)}, {after['reused']} answers reused from the journal"
    )
    if before["sha256"] == after["sha256"]:
        console.print(f"identical (sha256 {after['sha256']})", soft_wrap=True)
    _show(console, result)


def _describe_side(side: ReplayResult) -> str:
    usage = side["usage"]
    tokens = f"{usage['prompt']:,} + {usage['answer']:,} tokens"
    return f"{escape(side['model'] or 'no model')}, {len(side['review']['findings'])} findings, {tokens}"


def _show(console: Console, result: ReplayResult) -> None:
    for sign, colour, findings in (("+", "green", result["added"]), ("-", "red", result["gone"])):
        for finding in findings:
            console.print(f"[{colour}]{sign} {_finding(finding)}[/{colour}]", soft_wrap=True)
    for pair in result["changed"]:
        console.print(f"[yellow]~ {_finding(pair['before'])}[/yellow]", soft_wrap=True)
        for name, old in pair["before"].items():
            new = pair["after"][name]
            if old != new:
                console.print(f"    {name}: {escape(str(old))} → {escape(str(new))}", soft_wrap=True)
    for change in result["coverage"]:
        console.print(
            f"{escape(change['path'])}: {_covered(change['before'])} → {_covered(change['after'])}",
            soft_wrap=True,
        )
    if result["text"]:
        console.print(Syntax(result["text"], "diff", background_color="default", word_wrap=True))


def _finding(finding: ReplayResult) -> str:
    place = f"{finding['path']}:{finding['line']}"
    return escape(f"{place} {finding['severity']}: {finding['title']}")


def _covered(entry: ReplayResult | None) -> str:
    if entry is None:
        return "not mentioned"
    return "reviewed" if entry["reviewed"] else escape(f"not reviewed ({entry['reason']})")
