"""Writes the pages in `docs/rules`: an index of all rules, and a page for each family.

    python -m tests.evaluation.rule_pages

They are made of the rules' source, the texts in `wasm_modules/code-review-function/rules`, what the built
module says of the examples there, how often each rule fired on the history set, and the verdicts on its
findings. `--module` names a module that is newer than the one in `wasm_modules/dist`.
"""

import argparse
import asyncio
import itertools
import json
from collections import Counter
from pathlib import Path
from typing import Any

from bot.core.review import Finding
from bot.sandbox import ReviewFunction, Sandbox
from tests.evaluation.rule_examples import Entry, Examples, entries, hunks
from tests.evaluation.rules import FACT, SEVERITIES
from tests.evaluation.verdicts import FALSE, MINOR_POINT, NITS, USEFUL, Verdict, read, table

ROOT = Path(__file__).parents[2]
PAGES = ROOT / "docs" / "rules"
MODULE = ROOT / "wasm_modules" / "dist" / "code-review-function.wasm"
COUNTS = Path(__file__).parent / "history-counts.json"

MADE = "<!-- Made by `python -m tests.evaluation.rule_pages`. -->"
IN_TESTS = {"same": "as severe in tests", "nit": "a nit in tests", "silent": "silent in tests"}
REGISTRIES = {
    "crates": "crates.io",
    "go": "Go modules",
    "maven": "Maven Central",
    "npm": "npm",
    "pypi": "PyPI",
}
MANY = 4
"""More languages are counted in the index."""

Said = Finding | str
"""What a rule says: a finding, or a fact in the summary."""


class History:
    """How often each rule fired on the history set, and what people said of its findings."""

    def __init__(self, counts: dict[str, Any], verdicts: list[Verdict]) -> None:
        self._changes: dict[str, int] = counts["changes"]
        self._rules: dict[str, dict[str, int]] = counts["rules"]
        self.verdicts = verdicts

    @property
    def size(self) -> int:
        return sum(self._changes.values())

    def registries(self) -> str:
        named = sorted(self._changes.items(), key=lambda item: -item[1])
        return ", ".join(f"{REGISTRIES[registry]} {count:,}" for registry, count in named)

    def fired(self, rule: str) -> tuple[int, int]:
        """The findings, or facts, and the changes that have them."""
        kinds = dict(self._rules.get(rule, {}))
        changes = kinds.pop("changes", 0)
        return sum(kinds.values()), changes

    def severities(self, rule: str) -> str:
        kinds = self._rules.get(rule, {})
        named = (*SEVERITIES, FACT)
        return ", ".join(f"{kinds[one]} {one}" for one in named if one in kinds)

    def judged(self, rule: str) -> list[Verdict]:
        return [one for one in self.verdicts if one.rule == rule]


def history() -> History:
    return History(json.loads(COUNTS.read_text(encoding="utf-8")), read())


async def pages(function: ReviewFunction) -> dict[str, str]:
    """The text of each page, by its path below `docs/rules`."""
    known, examples = history(), Examples(function)
    listed = list(entries())
    texts = {"README.md": index(listed, known)}
    for family, of_family in itertools.groupby(listed, key=lambda entry: entry.family):
        parts = [f"{MADE}\n\n# Rules: {family}\n"]
        for entry in of_family:
            said = await examples.findings(entry.path, entry.fires)
            parts.append(section(entry, said.get(entry.name, "The rule says nothing."), known))
        texts[page_name(family)] = "\n".join(parts)
    return texts


def page_name(family: str) -> str:
    return f"{family.replace('/', '-')}.md"


def index(listed: list[Entry], known: History) -> str:
    families = len({entry.family for entry in listed})
    graver = [one for one in known.verdicts if one.before not in NITS]
    now = [one for one in known.verdicts if one.after not in NITS]
    head = (ROOT / "tests" / "evaluation" / "rule-index.md").read_text(encoding="utf-8")
    filled = {
        "rules": len(listed),
        "families": families,
        "changes": f"{known.size:,}",
        "registries": known.registries(),
        "judged": len(known.verdicts),
        "judged_before": len(graver),
        "judged_now": len(now),
    }
    rows = [row(entry, known) for entry in listed]
    return "\n".join([f"{MADE}\n", head.format(**filled, table="\n".join(table(known.verdicts))), *rows, ""])


def row(entry: Entry, known: History) -> str:
    rule = entry.rule
    findings, changes = known.fired(entry.name)
    verdicts = known.judged(entry.name)
    useful = sum(one.verdict == USEFUL for one in verdicts)
    languages = "all" if not rule.languages else ", ".join(rule.languages)
    if len(rule.languages) > MANY:
        languages = f"{', '.join(rule.languages[:2])} and {len(rule.languages) - 2} more"
    cells = (
        f"[{entry.name}]({page_name(entry.family)}#{anchor(entry.name)})",
        rule.title,
        entry.family,
        rule.severity,
        languages,
        f"{findings} in {changes}" if findings else "never",
        f"{useful} of {len(verdicts)}" if verdicts else "",
    )
    return f"| {' | '.join(cells)} |"


def anchor(name: str) -> str:
    """As GitHub makes it of the heading."""
    return name.replace("/", "")


def section(entry: Entry, said: Said, known: History) -> str:
    rule = entry.rule
    languages = ", ".join(rule.languages) or "any language"
    tests = " or ".join(IN_TESTS[one] for one in sorted(rule.in_tests))
    facts = f"{rule.severity.capitalize()}, {rule.category}; {languages}{'; ' + tests if tests else ''}."
    parts = (
        f"## {entry.name}\n\n**{rule.title}.** {facts}",
        f"*Recognises:* {entry.recognises}",
        f"*Why it matters:* {entry.matters}",
        f"*Remedy:* {entry.remedy}",
        f"It fires on this change of `{entry.path}`:",
        fence(entry.fires),
        "and says:",
        quote(said),
        "It stays silent on this one:",
        fence(entry.silent),
        f"*On the history set:* {frequency(entry.name, known)} {opinions(known.judged(entry.name))}",
    )
    return "\n\n".join(parts) + "\n"


def fence(example: str) -> str:
    visible = "".join(one if is_visible(one) else f"\\u{{{ord(one):x}}}" for one in hunks(example))
    return f"```diff\n{visible.rstrip()}\n```"


def is_visible(character: str) -> bool:
    """Whether readers see what it is. Cyrillic letters, for example, look like Latin ones."""
    return character.isascii() or character in "¦…"


def quote(said: Said) -> str:
    if isinstance(said, str):
        return f"> {said}\n\nas a fact in the summary of the review."
    place = f"line {said.line}" if said.side == "right" else f"deleted line {said.line}"
    text = f"> **{said.severity.capitalize()}: {said.title}** ({place})\n>\n> {said.body}"
    if said.replacement is None:
        return text
    return f"{text}\n>\n> ```suggestion\n> {said.replacement}\n> ```"


def frequency(rule: str, known: History) -> str:
    findings, changes = known.fired(rule)
    if not findings:
        return f"never fired on {known.size:,} changes."
    noun = "finding" if findings == 1 else "findings"
    if FACT in known.severities(rule):
        return f"stated on {changes} of {known.size:,} changes."
    return f"{findings} {noun} in {changes} of {known.size:,} changes ({known.severities(rule)})."


def opinions(verdicts: list[Verdict]) -> str:
    if not verdicts:
        return "Nothing was judged."
    counted = Counter(one.verdict for one in verdicts)
    named = ", ".join(f"{counted[one]} {one}" for one in (USEFUL, MINOR_POINT, FALSE) if counted[one])
    gone = sum(one.after is None for one in verdicts)
    text = f"Judged: {len(verdicts)}, of which {named}."
    return f"{text} The present rule no longer reports {gone} of them." if gone else text


async def write(module: Path) -> None:
    texts = await pages(ReviewFunction(Sandbox(), module))
    PAGES.mkdir(exist_ok=True)
    for path in PAGES.glob("*.md"):
        path.unlink()
    for name, text in texts.items():
        (PAGES / name).write_text(text, encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--module", type=Path, default=MODULE)
    asyncio.run(write(parser.parse_args().module))


if __name__ == "__main__":
    main()
