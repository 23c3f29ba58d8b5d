"""A change of two thousand files and a model with a small context: nothing is left out, and it is told."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from bot.core.llm.budget import TokenLimits
from tests.stories.large import SchemaEngine, large_change, reviewed

ROOT = Path(__file__).parent.parent.parent
FILES = 2000
CONTEXT = 8000


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What a process of its own saw while it reviewed the change."""
    command = [sys.executable, "-m", "tests.stories.large", str(FILES)]
    environment = {**os.environ, "REVIEW_BOT_SETTINGS": os.devnull}
    ran = subprocess.run(command, capture_output=True, cwd=ROOT, env=environment, check=True)
    told: dict[str, Any] = json.loads(ran.stdout)
    return told


def test_every_file_that_is_to_be_read_is_in_one_chunk(seen: dict[str, Any]) -> None:
    """But for those that no chunk has room for: they come in parts, one chunk each."""
    files = large_change(FILES).files
    readable = {file.path: file.additions for file in files if file.patch and "vendor/" not in file.path}
    chunks: dict[str, list[str]] = seen["chunks"]

    assert 350_000 < seen["diff"] < 500_000
    assert readable.keys() == chunks.keys()
    assert {1} == {len(names) for path, names in chunks.items() if readable[path] < 100}
    assert all(len(names) > 1 for path, names in chunks.items() if readable[path] >= 1000)
    assert all(len(names) == len(set(names)) for names in chunks.values())


def test_no_question_is_larger_than_the_context(seen: dict[str, Any]) -> None:
    assert 0 < seen["largest"] <= CONTEXT
    assert 1 == seen["asked"].count("summary")
    assert [1] == list({*Counter(seen["asked"]).values()})


def test_the_coverage_says_what_the_chunks_showed(seen: dict[str, Any]) -> None:
    paths = [file.path for file in large_change(FILES).files]
    coverage = seen["coverage"]

    assert paths == [entry["path"] for entry in coverage]
    assert seen["chunks"].keys() == {entry["path"] for entry in coverage if entry["reviewed"]}
    assert all(entry["reason"] for entry in coverage if not entry["reviewed"])
    assert [] == seen["problems"]


def test_the_summary_comment_tells_the_same(seen: dict[str, Any]) -> None:
    summary = seen["summary"]
    missed = {entry["path"] for entry in seen["coverage"] if not entry["reviewed"]}
    found = re.search(
        r"<summary><b>Not reviewed</b> \((\d+) files\)</summary>(.*?)</details>", summary, re.DOTALL
    )

    assert f"{len(seen['chunks']):,} of " in summary
    assert found
    assert (str(len(missed)), missed) == (found[1], set(re.findall(r"`([^`]+)`", found[2])))
    assert len(summary) < 65_536


def test_memory_and_time_stay_within_reason(seen: dict[str, Any]) -> None:
    """Generous: about half of each is used."""
    assert seen["megabytes"] < 600
    assert seen["seconds"] < 60


async def test_what_the_budget_leaves_out_is_named_and_the_summary_is_still_asked() -> None:
    """Of a tenth of the change the budget allows about a third."""
    change, engine, limits = large_change(200), SchemaEngine(), TokenLimits(review=40_000)
    verdict = await reviewed(change, engine, limits)
    coverage = {entry.path: entry for entry in verdict.review.coverage}
    left = [entry for entry in coverage.values() if entry.later]

    assert engine.tokens == verdict.tally.usage.tokens == verdict.spending.review <= limits.review
    assert engine.chunks().keys() >= {path for path, entry in coverage.items() if entry.reviewed}
    assert "summary" in engine.asked
    assert "Makes the thing do what it says." == verdict.review.purpose
    assert 50 < len(left) < 190
    assert all("budget" in (one.reason or "") for one in left)
