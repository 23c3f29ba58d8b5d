"""What happens to the branches of a pull request: it is reviewed for what it changes, and nothing else."""

from github_simulator.control_requests import Advance, MergeBase
from tests.stories.diffs import DOCS, LOOP
from tests.stories.stage import REPOSITORY, Stage

FIRST_LINE = {"path": "shop/cart.py", "line": 2, "end_line": 2}
ELSEWHERE = """\
diff --git a/ops/backup.py b/ops/backup.py
new file mode 100644
--- /dev/null
+++ b/ops/backup.py
@@ -0,0 +1,2 @@
+import os
+os.system("tar c " + os.environ["WHAT"])
"""


async def test_a_rebase_of_the_same_change_asks_nothing_and_says_nothing_twice(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    asked = len(stage.model.asked)

    await stage.push(number, LOOP, force=True)
    await stage.reviewed(number)

    again = stage.model.asked[asked:]
    assert [body for body in again if "notes" in str(body["response_format"])] == []
    assert len(stage.pull(number)["inline"]) == 1
    assert len(stage.own(number)) == 1


async def test_what_the_base_brings_along_is_not_reviewed(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE, {"path": "ops/backup.py", "line": 2, "end_line": 2}]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    asked = len(stage.model.asked)

    stage.simulator.advance(Advance(repository=REPOSITORY, message="Back up", diff=ELSEWHERE))
    await stage.simulator.merge_base(REPOSITORY, number, MergeBase())
    summary = await stage.reviewed(number)

    assert "ops/backup.py" not in summary
    assert "ops/backup.py" not in str(stage.model.asked[asked:])
    assert [comment["path"] for comment in stage.pull(number)["inline"]] == ["shop/cart.py"]


async def test_a_forced_push_to_another_change_is_reviewed_for_that(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE]
    number = await stage.open(LOOP)
    await stage.reviewed(number)

    await stage.push(number, DOCS, force=True)
    summary = await stage.reviewed(number)

    assert "1 fixed since the last review" in summary
    assert "docs/cart.md" in summary
    [_, told] = stage.pull(number)["inline"]
    assert f"Fixed in [`{stage.pull(number)['head'][:7]}`]" in told["body"]
