"""What `wasm_modules/code-review-function/rules` says of each rule, and what the rules say of its examples.

`rules/FAMILY.toml` has a table for each rule of the family, named as the rule:

| key | holds |
|---|---|
| `recognises` | which code the rule reports, and which similar code it leaves out |
| `matters` | a scenario and its outcome |
| `remedy` | what to do |
| `path` | the file of both examples |
| `fires`, `silent` | a change that the rule reports, and a similar one that it does not |

An example is the added lines, or hunks (from `@@` on), or a diff of several files (from `diff --git` on). A
"¦" is removed before the rules read it: it keeps scanners for secrets from reporting the invented ones.
"""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.core.change import Change
from bot.core.diff import parse_diff
from bot.core.review import Done, Finding, ReviewSettings
from bot.core.value import Value
from bot.sandbox import ReviewFunction
from tests.evaluation.rule_sources import FUNCTION, Rule, rule_of, rules

TEXTS = FUNCTION / "rules"


class Entry(Value):
    """What is said of a rule."""

    family: str
    name: str
    recognises: str
    matters: str
    remedy: str
    path: str
    fires: str
    silent: str

    @property
    def rule(self) -> Rule:
        return rules()[self.name]


def entries(folder: Path = TEXTS) -> Iterator[Entry]:
    """In the order of families and names."""
    for path in sorted(folder.rglob("*.toml")):
        family = path.relative_to(folder).with_suffix("").as_posix()
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
        for name, texts in sorted(tables.items()):
            yield Entry(family=family, name=name, **texts)


def hunks(example: str) -> str:
    """The example as hunks, or as a diff of several files."""
    if example.startswith(("@@ ", "diff --git ")):
        return example
    lines = example.splitlines()
    return f"@@ -10,0 +11,{len(lines)} @@\n" + "".join(f"+{line}\n" for line in lines)


def change(path: str, example: str) -> Change:
    """The example as a pull request."""
    text = hunks(example.replace("¦", ""))
    if not text.startswith("diff --git "):
        deleted = " +0,0 @@" in text.splitlines()[0]
        mode = "deleted file mode 100644\n" if deleted else ""
        after = "/dev/null" if deleted else f"b/{path}"
        text = f"diff --git a/{path} b/{path}\n{mode}--- a/{path}\n+++ {after}\n{text}"
    return Change(title="", body="", commits=(), files=parse_diff(text))


class Examples:
    """Lets a built review function review examples by its rules alone."""

    def __init__(self, function: ReviewFunction) -> None:
        self._function = function

    async def findings(self, path: str, example: str, omit: tuple[str, ...] = ()) -> dict[str, Finding | str]:
        """What each rule says of the example: a finding, or a fact in the summary."""
        settings = ReviewSettings(model=None, templates=(), findings=20, omit=omit)
        step = await self._function.review(change(path, example), settings, (), len)
        assert isinstance(step, Done)
        said: dict[str, Finding | str] = dict(facts((step.review.tests, *step.review.risks)))
        for finding in step.review.findings:
            if name := rule_of(finding.title, finding.body):
                said.setdefault(name, finding)
        return said


def facts(texts: Iterable[str]) -> Iterator[tuple[str, str]]:
    """The facts in texts of the summary, by rule."""
    for text in texts:
        for sentence in (f"{part.rstrip('.')}." for part in text.split(". ")):
            for name, words in FACTS.items():
                if words in sentence:
                    yield name, sentence


FACTS = {
    "dependencies/lock-alone": "A lock file changes without its manifest",
    "dependencies/loosened": "` goes from `",
    "dependencies/new": "New dependencies:",
    "dependencies/unlocked": "Dependencies change, but",
    "untested/source": "of code and touches no test",
}
"""Rules that state a fact about the change in its summary, and words by which the sentence is recognised."""
