"""A pull's base branch: it advances, is merged into the pull, or is changed."""

import json
from typing import Any

import pytest

from bot.core.errors import Refused
from github_simulator import Advance, MergeBase, Push, Retarget, WriteFile
from tests.github_simulator.conftest import NEXT, Town

REPOSITORY = "/repos/acme/shop"
PULL = f"{REPOSITORY}/pulls/1"

ELSEWHERE = """\
diff --git a/shop/api.py b/shop/api.py
--- a/shop/api.py
+++ b/shop/api.py
@@ -2,3 +2,4 @@
 import json
+import time
 import os
 import sys
diff --git a/README.md b/README.md
new file mode 100644
--- /dev/null
+++ b/README.md
@@ -0,0 +1 @@
+# Shop
"""
SAME_LINES = """\
diff --git a/shop/api.py b/shop/api.py
--- a/shop/api.py
+++ b/shop/api.py
@@ -10,3 +10,3 @@
     total = 0
-    charge(total)
+    charge(total, twice=True)
     return total
"""

GONE = """\
diff --git a/old.md b/old.md
deleted file mode 100644
--- a/old.md
+++ /dev/null
@@ -1 +0,0 @@
-old
"""


async def advance(town: Town, diff: str = ELSEWHERE) -> None:
    town.simulator.advance(Advance(repository="acme/shop", message="Meanwhile", diff=diff))


async def files(town: Town) -> dict[str, str]:
    listed = (await (await town.client()).get(f"{PULL}/files")).json()
    return {file["filename"]: file.get("patch", "") for file in listed}


async def test_a_pull_that_merges_its_base_still_changes_what_it_changed(town: Town) -> None:
    opened = await town.open()
    before = await files(town)
    await advance(town)
    assert await files(town) == before
    done = await town.simulator.merge_base("acme/shop", 1)
    after = await files(town)
    assert set(after) == set(before)
    assert "import time" not in after["shop/api.py"]
    assert "@@ -11,4 +11,5 @@" in after["shop/api.py"]
    merge = done.pull.head
    assert (merge.parents[0], len(merge.parents)) == (opened["head"], 2)
    pull = (await (await town.client()).get(PULL)).json()
    assert (pull["base"]["sha"], pull["commits"]) == (merge.parents[1], 2)
    event = json.loads(town.inbox.received[-1][1])
    assert (event["action"], event["before"], event["after"]) == ("synchronize", opened["head"], merge.sha)


async def test_after_the_merge_the_head_has_all_of_the_base(town: Town) -> None:
    await town.open()
    await advance(town)
    await town.simulator.merge_base("acme/shop", 1, MergeBase(author="mira"))
    raw = {"Accept": "application/vnd.github.raw"}
    client = await town.client()
    text = (await client.get(f"{REPOSITORY}/contents/shop/api.py?ref=change-1", headers=raw)).text
    assert text.split("\n")[1:5] == ["import json", "import time", "import os", "import sys"]
    assert text.split("\n")[11] == "    charge(total, retry=True)"
    for ref in ("main", "change-1"):
        assert (
            await client.get(f"{REPOSITORY}/contents/README.md?ref={ref}", headers=raw)
        ).text == "# Shop\n"
    [_, merge] = (await client.get(f"{PULL}/commits")).json()
    assert merge["author"]["login"] == "mira"


async def test_comparisons_see_what_was_merged(town: Town) -> None:
    opened = await town.open()
    client = await town.client()
    first = (await client.get(PULL)).json()["base"]["sha"]
    await advance(town)
    await town.simulator.merge_base("acme/shop", 1)
    merge = (await client.get(PULL)).json()
    head, base = merge["head"]["sha"], merge["base"]["sha"]

    async def compare(span: str) -> tuple[str, list[str], int]:
        told = (await client.get(f"{REPOSITORY}/compare/{span}")).json()
        return told["merge_base_commit"]["sha"], [one["filename"] for one in told["files"]], told["ahead_by"]

    changed = ["docs/new.md", "logo.png", "shop/api.py"]
    assert await compare(f"{base}...{head}") == (base, changed, 2)
    assert await compare(f"main...{head}") == (base, changed, 2)
    assert await compare(f"{opened['head']}...{head}") == (opened["head"], ["README.md", "shop/api.py"], 2)
    assert await compare(f"{first}...{head}") == (first, ["README.md", *changed], 3)


async def test_a_pull_can_be_pushed_to_and_commented_on_after_the_merge(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    said = {"path": "shop/api.py", "line": 11, "body": "why?"}
    await client.post(f"{PULL}/reviews", json={"event": "COMMENT", "comments": [said]})
    await advance(town)
    await town.simulator.merge_base("acme/shop", 1)
    [comment] = (await client.get(f"{PULL}/comments")).json()
    assert (comment["line"], comment["original_line"]) == (12, 11)
    moved = NEXT.replace("@@ -10,5 +10,4 @@", "@@ -11,5 +11,4 @@")
    await town.simulator.push("acme/shop", 1, Push(message="Log less", diff=moved))
    assert "log(total)" not in (await files(town))["shop/api.py"]


async def test_a_conflict_is_refused_and_nothing_has_changed(town: Town) -> None:
    opened = await town.open()
    await advance(town, SAME_LINES)
    with pytest.raises(Refused, match=r"shop/api.py: both branches changed the same lines"):
        await town.simulator.merge_base("acme/shop", 1)
    assert town.simulator.state()["pulls"][0]["head"] == opened["head"]


async def test_there_must_be_something_to_merge(town: Town) -> None:
    await town.open()
    with pytest.raises(Refused, match="is up to date with main"):
        await town.simulator.merge_base("acme/shop", 1)
    await advance(town)
    await town.open()
    with pytest.raises(Refused, match="is up to date with main"):
        await town.simulator.merge_base("acme/shop", 2)
    await town.simulator.close("acme/shop", 1)
    with pytest.raises(Refused, match="closed"):
        await town.simulator.merge_base("acme/shop", 1)


async def test_a_file_that_the_base_loses_is_lost_for_the_pull(town: Town) -> None:
    for path in ("old.md", "kept.md"):
        town.simulator.write_file(WriteFile(repository="acme/shop", path=path, text="old\n"))
    await town.open()
    await advance(town, GONE)
    await town.simulator.merge_base("acme/shop", 1)
    client = await town.client()
    for ref in ("main", "change-1"):
        where = f"{REPOSITORY}/contents/{{}}?ref={ref}"
        assert (await client.get(where.format("old.md"))).status_code == 404
        assert (await client.get(where.format("kept.md"))).status_code == 200


async def test_a_pull_goes_to_another_branch(town: Town) -> None:
    await town.open()
    before = await files(town)
    old = (await (await town.client()).get(PULL)).json()["base"]
    await town.simulator.retarget("acme/shop", 1, Retarget(branch="release/1"))
    new = (await (await town.client()).get(PULL)).json()["base"]
    assert (old["ref"], new["ref"]) == ("main", "release/1")
    assert old["sha"] != new["sha"]
    assert await files(town) == before
    event = json.loads(town.inbox.received[-1][1])
    changes = {"base": {"ref": {"from": "main"}, "sha": {"from": old["sha"]}}}
    assert (event["action"], event["changes"]) == ("edited", changes)
    with pytest.raises(Refused, match="already"):
        await town.simulator.retarget("acme/shop", 1, Retarget(branch="release/1"))


async def test_branches_may_have_files_of_their_own(town: Town) -> None:
    for branch, text in ((None, "main's"), ("release", "release's")):
        order: dict[str, Any] = {
            "repository": "acme/shop",
            "path": "rules.md",
            "text": text,
            "branch": branch,
        }
        town.simulator.write_file(WriteFile(**order))
    await town.open()
    raw = {"Accept": "application/vnd.github.raw"}
    client = await town.client()
    for ref, text in (("main", "main's"), ("release", "release's")):
        assert (await client.get(f"{REPOSITORY}/contents/rules.md?ref={ref}", headers=raw)).text == text


async def test_an_organisation_has_a_repository_for_its_rules(town: Town) -> None:
    order = WriteFile(repository="acme/.github", path="review-bot.toml", text="language = 'French'\n")
    town.simulator.write_file(order)
    await town.open()
    client = await town.as_installation()
    assert (await client.get("/repos/acme/.github/contents/review-bot.toml")).status_code == 200


async def test_a_merged_pull_is_closed_for_good(town: Town) -> None:
    await town.open()
    client = await town.client()
    assert (await client.post("/_simulator/pulls/acme/shop/1/merge")).status_code == 200
    pull = (await client.get(PULL)).json()
    assert (pull["state"], pull["merged"], bool(pull["merged_at"])) == ("closed", True, True)
    event = json.loads(town.inbox.received[-1][1])
    assert (event["action"], event["pull_request"]["merged"]) == ("closed", True)
    for turn in ("merge", "close", "reopen"):
        assert (await client.post(f"/_simulator/pulls/acme/shop/1/{turn}")).status_code == 422


async def test_the_control_api_does_it_too(town: Town) -> None:
    await town.open()
    client = await town.client()
    commit = {"repository": "acme/shop", "message": "Meanwhile", "diff": ELSEWHERE}
    assert (await client.post("/_simulator/commits", json=commit)).status_code == 201
    merged = await client.post("/_simulator/pulls/acme/shop/1/merge-base", json={})
    assert (merged.status_code, set(merged.json())) == (201, {"head", "delivery"})
    moved = await client.post("/_simulator/pulls/acme/shop/1/retarget", json={"branch": "release"})
    assert moved.status_code == 201
    assert town.simulator.state()["pulls"][0]["base"] == "release"
