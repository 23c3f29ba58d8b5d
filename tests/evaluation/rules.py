"""Runs the rules alone on a dataset, natively, and counts what they report.

`cargo build --release --example rules -p code-review-function` in `wasm_modules` builds the program
(`target/release/examples/rules`), then

    python -m tests.evaluation.rules DIR/changes.jsonl --program PROGRAM --out DIR/after

writes `findings.jsonl`, one finding a line with the code around it, the most severe first, to be judged by
reading; and prints how many findings there are, by rule and by severity. `--counts
tests/evaluation/history-counts.json` stores how often each rule fired, for the pages of the rules. With
`--judged tests/evaluation/history-judged.jsonl` it also tells what share of the judged ones is useful.
"""

import argparse
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from bot.core.change import File
from bot.core.diff import DiffError
from bot.core.evaluation.dataset import Case
from tests.evaluation.rule_examples import facts
from tests.evaluation.rule_sources import rule_of
from tests.evaluation.verdicts import Key, judged, key

AROUND = 12
"""The lines of a diff that are shown before and after a finding."""

SEVERITIES = ("critical", "major", "minor", "nit")

FACT = "fact"
"""Instead of a severity: the rule states a fact about the change, for its summary."""

Found = dict[str, Any]


def read_changes(path: Path) -> Iterator[tuple[str, tuple[File, ...]]]:
    """The files of each change that has a readable diff."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            case = Case.model_validate_json(line)
            try:
                yield case.id, case.change().files
            except DiffError:
                continue


def run(program: Path, changes: dict[str, tuple[File, ...]]) -> Iterator[Found]:
    """What the rules say, with the id of the change and the name of the rule. A fact about the change has
    no place.
    """
    asked = (
        json.dumps({"id": name, "files": [file.model_dump(mode="json") for file in files]})
        for name, files in changes.items()
    )
    done = subprocess.run(
        [program], input="\n".join(asked) + "\n", capture_output=True, text=True, check=True
    )
    for line in done.stdout.splitlines():
        answer = json.loads(line)
        for finding in answer["findings"]:
            title = finding["title"]
            yield {"change": answer["id"], "rule": rule_of(title, finding["body"]) or title, **finding}
        for rule, _ in facts(answer.get("facts", [])):
            yield {"change": answer["id"], "rule": rule, "severity": FACT}


def shown(files: tuple[File, ...], finding: Found) -> str:
    """The lines of the diff around a finding, with their marks; the line itself is marked with ">"."""
    patch = next(file.patch for file in files if file.path == finding["path"]) or ""
    lines, at = [], None
    old = new = 0
    for text in patch.splitlines():
        head = re.match(r"@@ -(\d+)(?:,\d+)? \+(\d+)", text)
        if head:
            old, new = int(head[1]), int(head[2])
            lines.append(text)
            continue
        if text.startswith("\\"):
            continue
        number = old if finding["side"] == "left" else new
        is_here = number == finding["line"] and not text.startswith("+" if finding["side"] == "left" else "-")
        if is_here and at is None:
            at = len(lines)
        lines.append(text)
        old += not text.startswith("+")
        new += not text.startswith("-")
    at = at or 0
    window = lines[max(0, at - AROUND) : at + AROUND + 1]
    marked = min(at, AROUND)
    return "\n".join((">" if number == marked else " ") + text[:200] for number, text in enumerate(window))


def report(findings: list[Found], changes: int, verdicts: dict[Key, str]) -> Iterator[str]:
    counted = Counter(finding["severity"] for finding in findings)
    graver = [finding for finding in findings if finding["severity"] != "nit"]
    yield f"{changes} changes; " + ", ".join(f"{counted[one]} {one}" for one in SEVERITIES)
    yield f"findings of minor and above: {len(graver)}, {len(graver) / max(changes, 1):.4f} a change"
    known = Counter(verdicts[key(finding)] for finding in graver if key(finding) in verdicts)
    if known:
        useful = known["useful"]
        yield f"judged: {known.total()}, useful {useful} ({useful / known.total():.0%}); {dict(known)}"
    rules = Counter((finding["rule"], finding["severity"]) for finding in findings)
    for (rule, severity), count in sorted(
        rules.items(), key=lambda item: (SEVERITIES.index(item[0][1]), -item[1])
    ):
        same = [one for one in findings if (one["rule"], one["severity"]) == (rule, severity)]
        seen = Counter(verdicts[key(one)] for one in same if key(one) in verdicts)
        told = f"  {dict(seen)}" if seen else ""
        yield f"{severity:9}{count:6}  {rule}{told}"


def counts(said: list[Found], changes: Iterable[str]) -> dict[str, Any]:
    """For the pages of the rules: the changes by registry, and by rule what was said in how many changes."""
    kinds: dict[str, Counter[str]] = {}
    places: dict[str, set[str]] = {}
    for one in said:
        kinds.setdefault(one["rule"], Counter())[one["severity"]] += 1
        places.setdefault(one["rule"], set()).add(one["change"])
    rules = {rule: {"changes": len(places[rule]), **kinds[rule]} for rule in sorted(kinds)}
    registries = Counter(name.partition("/")[0] for name in changes)
    return {"changes": dict(sorted(registries.items())), "rules": rules}


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("changes", type=Path)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--judged", type=Path)
    parser.add_argument("--counts", type=Path, help="writes what the pages of the rules tell of the set")
    options = parser.parse_args()
    changes = dict(read_changes(options.changes))
    said = list(run(options.program, changes))
    if options.counts:
        text = json.dumps(counts(said, changes), indent=1)
        options.counts.write_text(text + "\n", encoding="utf-8")
    findings = [one for one in said if one["severity"] != FACT]
    findings.sort(key=lambda one: (SEVERITIES.index(one["severity"]), one["rule"], one["change"]))
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "findings.jsonl").open("w", encoding="utf-8") as file:
        for finding in findings:
            file.write(json.dumps({**finding, "code": shown(changes[finding["change"]], finding)}) + "\n")
    for line in report(findings, len(changes), judged(options.judged) if options.judged else {}):
        print(line)  # noqa: T201


if __name__ == "__main__":
    main()
