"""The pages of the rules: complete, up to date, and with examples that the built rules confirm."""

import re
from collections import Counter

import pytest

from bot.sandbox import ReviewFunction
from tests.evaluation.rule_examples import Entry, Examples, entries, hunks
from tests.evaluation.rule_pages import MODULE, PAGES, fence, history, opinions, pages
from tests.evaluation.rule_sources import rule_of, rules
from tests.evaluation.verdicts import Verdict, read, table
from tests.sandbox.guests import SANDBOX

FUNCTION = ReviewFunction(SANDBOX, MODULE)
ENTRIES = list(entries())


async def test_every_family_and_every_rule_has_its_texts() -> None:
    families = await FUNCTION.families()
    assert {entry.family for entry in ENTRIES} == set(families)
    assert sorted(entry.name for entry in ENTRIES) == sorted(rules())


async def test_each_example_fires_its_rule_and_its_counterpart_does_not() -> None:
    examples = Examples(FUNCTION)
    wrong = []
    for entry in ENTRIES:
        fired = await examples.findings(entry.path, entry.fires)
        silent = await examples.findings(entry.path, entry.silent)
        omitted = await examples.findings(entry.path, entry.fires, omit=(entry.family,))
        if (entry.name in fired, entry.name in silent, entry.name in omitted) != (True, False, False):
            wrong.append((entry.name, sorted(fired), sorted(silent), sorted(omitted)))
    assert wrong == []


async def test_the_pages_are_up_to_date() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in PAGES.glob("*.md")}
    made = await pages(FUNCTION)
    assert sorted(written) == sorted(made), "run python -m tests.evaluation.rule_pages"
    old = [name for name, text in made.items() if written[name] != text]
    assert old == [], "run python -m tests.evaluation.rule_pages"


def test_the_pages_name_every_rule() -> None:
    text = "\n".join(path.read_text(encoding="utf-8") for path in PAGES.glob("*.md"))
    index = (PAGES / "README.md").read_text(encoding="utf-8")
    for name in rules():
        assert f"\n## {name}\n" in text
        assert f"[{name}](" in index


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_texts_are_sentences(entry: Entry) -> None:
    for text in (entry.recognises, entry.matters, entry.remedy):
        assert text.endswith(".")
        assert re.match(r"[A-Z`]|\.\.\.|curl", text)
    assert entry.fires != entry.silent


def test_the_history_and_the_verdicts_name_rules_that_exist() -> None:
    known = history()
    assert known.size >= 3000
    assert {one.rule for one in read()} <= {*rules()}
    assert all(known.fired(name)[0] >= known.fired(name)[1] for name in rules())
    assert any(known.fired(name)[1] for name in rules())


def test_a_finding_belongs_to_the_rule_with_its_text() -> None:
    assert rules()["go/ignored"].languages == ("Go",)
    assert rules()["tls/unchecked"].languages == ()
    for rule in rules().values():
        body = rule.body.replace("{}", "`x`. y") + " Also on 2 more lines of this file."
        assert rule_of(rule.title, body) == rule.name


def test_added_lines_become_a_hunk_and_hidden_characters_are_shown() -> None:
    assert hunks("a\nb\n") == "@@ -10,0 +11,2 @@\n+a\n+b\n"
    assert hunks("@@ -1 +1 @@\n-a\n+b\n").startswith("@@ -1 +1 @@")
    assert fence("a\u200bb\n") == "```diff\n@@ -10,0 +11,1 @@\n+a\\u{200b}b\n```"


def verdict(before: str | None, after: str | None, kind: str) -> Verdict:
    place = {"package": "npm/x", "versions": "1..2", "path": "a.js", "line": 1, "side": "right"}
    texts = {"rule": "go/lost", "category": "correctness", "title": "t", "reason": "r."}
    return Verdict.model_validate({**place, **texts, "before": before, "after": after, "verdict": kind})


def test_the_useful_share_is_told_before_and_after() -> None:
    verdicts = [verdict("minor", None, "false"), verdict("minor", "minor", "useful")]
    verdicts.append(verdict("nit", "nit", "true but not worth a comment"))
    rows = list(table(verdicts))
    assert rows[-1] == "| all | 1 of 2 | 1 of 1 | 1 of 3 |"
    assert rows[-2] == "| `go/lost` | 1 of 2 | 1 of 1 | 1 of 3 |"
    assert opinions(verdicts).endswith("no longer reports 1 of them.")
    assert opinions([]) == "Nothing was judged."


def test_at_least_150_findings_of_earlier_rules_were_judged() -> None:
    counted = Counter(one.before for one in read())
    assert counted["critical"] + counted["major"] + counted["minor"] >= 150
