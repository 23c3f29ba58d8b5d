"""Runs the rules alone on a dataset, natively, and counts what they report.

`cargo build --release --example rules -p code-review-function` in `wasm_modules` builds the program
(`target/release/examples/rules`), then

    python -m tests.evaluation.rules DIR/changes.jsonl --program PROGRAM --out DIR/after

writes `findings.jsonl`, one finding a line with the code around it, the most severe first, to be judged by
reading; and prints how many findings there are, by rule and by severity. With `--judged
tests/evaluation/history-judged.jsonl` it also tells what share of the judged ones is useful.
"""

import argparse
import json
import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.core.change import File
from bot.core.diff import DiffError
from bot.core.evaluation.dataset import Case

AROUND = 12
"""The lines of a diff that are shown before and after a finding."""

SEVERITIES = ("critical", "major", "minor", "nit")

Found = dict[str, Any]

SIGNALS = Path(__file__).parents[2] / "wasm_modules" / "code-review-function" / "src" / "signals"


def rule_names() -> dict[str, str]:
    """The name of each rule, by the title of its findings."""
    named = re.compile(
        r'"([a-z]+/[a-z0-9-]+)",\s*(?:[A-Za-z:]+,\s*)?(?:"[a-z]+",\s*)?[\d.]+,\s*"((?:[^"\\]|\\.)*)"'
    )
    texts = (path.read_text(encoding="utf-8") for path in sorted(SIGNALS.rglob("*.rs")))
    pairs = (match.groups() for text in texts for match in named.finditer(text))
    names: dict[str, list[str]] = {}
    for name, title in pairs:
        names.setdefault(title.replace('\\"', '"'), []).append(name)
    return {title: "|".join(sorted(same)) for title, same in names.items()}


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
    """The findings of the program, each with the id of its change."""
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
            yield {"change": answer["id"], **finding}


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


Key = tuple[str, str, int, str]
"""The releases, the file, the line and the title of a finding."""


def key(finding: Found) -> Key:
    """The same for a finding however the releases are split into changes."""
    releases = finding["change"].partition("#")[0]
    return releases, finding["path"], finding["line"], finding["title"]


def judged(path: Path) -> dict[Key, str]:
    """The verdict on each judged finding."""
    verdicts = map(json.loads, path.read_text(encoding="utf-8").splitlines())
    return {
        (f"{one['package']}@{one['versions']}", one["path"], one["line"], one["title"]): one["verdict"]
        for one in verdicts
    }


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


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("changes", type=Path)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--judged", type=Path)
    options = parser.parse_args()
    changes = dict(read_changes(options.changes))
    names = rule_names()
    findings = [
        {**finding, "rule": names.get(finding["title"], finding["title"])}
        for finding in run(options.program, changes)
    ]
    findings.sort(key=lambda one: (SEVERITIES.index(one["severity"]), one["rule"], one["change"]))
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "findings.jsonl").open("w", encoding="utf-8") as file:
        for finding in findings:
            file.write(json.dumps({**finding, "code": shown(changes[finding["change"]], finding)}) + "\n")
    for line in report(findings, len(changes), judged(options.judged) if options.judged else {}):
        print(line)  # noqa: T201


if __name__ == "__main__":
    main()
