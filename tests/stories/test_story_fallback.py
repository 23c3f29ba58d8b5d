"""The review function never costs a review: odd styles are read, and rules that trap are left out. What is
deleted counts as reviewed only where the model saw it.
"""

from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.guests import ruled_guest
from tests.stories.diffs import LOOP
from tests.stories.stage import Stage
from tests.stories.test_story_replay import again

RISKY = """\
diff --git a/app/run.py b/app/run.py
--- a/app/run.py
+++ b/app/run.py
@@ -1,2 +1,3 @@
 def run(code):
+    eval(code)
     return 0
"""


def spaced(path: str, head: str, line: str) -> str:
    """A diff that adds `line` in a style with blanks where others have none."""
    return f"""\
diff --git a/{path} b/{path}
--- a/{path}
+++ b/{path}
@@ -1,3 +1,4 @@
 {head} {{
+    {line}
     wake();
 }}
"""


STYLES = {
    "freed": spaced("src/work.c", "void end(struct task *task)", "free( task );"),
    "deleted": spaced("src/work.cpp", "void end(Task *task)", "delete  task;"),
    "moved": spaced("src/tasks.cpp", "void add(Task task)", "tasks.push_back( std::move( task ) );"),
    "emptied": spaced(
        "src/empty.cpp", "void add(Task task)", "tasks.push_back( std::move() ); free(); delete ;"
    ),
}


def deleted(path: str, text: str) -> str:
    lines = text.splitlines()
    body = "".join(f"-{line}\n" for line in lines)
    return f"""\
diff --git a/{path} b/{path}
deleted file mode 100644
--- a/{path}
+++ /dev/null
@@ -1,{len(lines)} +0,0 @@
{body}"""


def prompts(stage: Stage) -> str:
    return "\n".join(message["content"] for body in stage.model.asked for message in body["messages"])


def check(stage: Stage, number: int) -> dict[str, Any]:
    [check] = stage.pull(number)["checks"]
    assert isinstance(check, dict)
    return check


@pytest.mark.parametrize("style", STYLES)
async def test_a_change_in_any_style_is_reviewed_by_rules_and_by_the_model(stage: Stage, style: str) -> None:
    path = STYLES[style].split("\n", 1)[0].rsplit("b/", 1)[1]
    stage.model.findings = [{"path": path, "line": 2, "end_line": 2, "title": "It wakes nobody"}]
    number = await stage.open(STYLES[style], RISKY)
    summary = await stage.reviewed(number)

    assert "String is evaluated as code" in summary
    assert "It wakes nobody" in summary
    assert "Review problems" not in summary
    assert check(stage, number)["conclusion"] == "success"
    assert not stage.server.troubles


async def test_a_rule_that_traps_is_left_out_and_named_and_the_model_is_asked(
    unset_stage: Stage, tmp_path: Path
) -> None:
    stage = unset_stage
    module = tmp_path / "ruled.wasm"
    trap = f"(if (call $on (i32.const {ord('b')})) (then unreachable))"
    module.write_bytes(ruled_guest(("apples", "bugs", "cherries"), trap))
    stage.model.respond = lambda _: "It wakes them."
    stage.server.settings = {**stage.server.settings, "REVIEW_FUNCTION": str(module)}
    await stage.start()
    number = await stage.open(LOOP)
    summary = await stage.reviewed(number)
    transcript = await again(stage, number)

    assert "The rule family `bugs` failed on this change and was skipped." in summary
    assert len(stage.model.asked) == 1
    assert check(stage, number)["conclusion"] == "neutral"
    assert transcript.omission
    assert transcript.omission.families == ("bugs",)


async def test_where_asking_again_cannot_help_nobody_is_told_to(unset_stage: Stage, tmp_path: Path) -> None:
    stage = unset_stage
    module = tmp_path / "broken.wasm"
    module.write_bytes(ruled_guest(("apples",), "unreachable"))
    stage.server.settings = {**stage.server.settings, "REVIEW_FUNCTION": str(module)}
    await stage.start()
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.is_checked(number), "the end of the review")

    assert "fails with and without its rules" in stage.summary(number)
    for told in (stage.summary(number), str(check(stage, number))):
        assert "Resolve this before you request another review." in told
        assert "/review" not in told


async def test_a_small_deleted_file_is_shown_to_the_model_and_counts_as_reviewed(stage: Stage) -> None:
    finding = {
        "path": "src/guard.py",
        "side": "old",
        "line": 1,
        "end_line": 2,
        "title": "Nobody checks any more",
    }
    stage.model.findings = [finding]
    number = await stage.open(deleted("src/guard.py", "def check(user):\n    return user.is_admin\n"))
    summary = await stage.reviewed(number)

    assert "2-|    return user.is_admin" in prompts(stage)
    assert "Nobody checks any more" in summary
    assert "1 of 1 file reviewed" in summary
    [comment] = stage.pull(number)["inline"]
    assert (comment["path"], comment["line"], comment["side"]) == ("src/guard.py", 2, "LEFT")


async def test_a_large_deleted_file_is_named_and_nothing_turns_green(stage: Stage) -> None:
    text = "".join(f"    total += prices[{number}]\n" for number in range(1000))
    number = await stage.open(deleted("src/old.py", text))
    summary = await stage.reviewed(number)

    assert "total += prices" not in prompts(stage)
    assert "Not reviewed" in summary
    assert "deleted file, too long to show to the model: `src/old.py`" in summary
    assert "0 of 1 file reviewed" in summary
    assert check(stage, number)["conclusion"] == "neutral"
