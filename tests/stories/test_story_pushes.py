"""A pull request is pushed to again and again: what was found is known again, answered and never repeated."""

from typing import Any

from github_simulator import Call, GrantApp, Moment, React, ResolveThread
from tests.stories.diffs import FIX, LOOP
from tests.stories.stage import BOT, REPOSITORY, Stage

EMPTY = {"path": "shop/cart.py", "line": 2, "end_line": 2}
TITLE = "Fails on an empty list"
MOVE = """\
diff --git a/shop/cart.py b/shop/cart.py
index 2222222..3333333 100644
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -1,3 +1,6 @@
+import os
+
+
 def total(items):
     first = items[0]
     rest = items[1:]
"""
FIX_MOVED = """\
diff --git a/shop/cart.py b/shop/cart.py
index 3333333..4444444 100644
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -2,8 +2,6 @@


 def total(items):
-    first = items[0]
-    rest = items[1:]
-    return first + sum(rest)
+    return sum(items, start=0)
     # the end
     # of the file
"""
BACK = """\
diff --git a/shop/cart.py b/shop/cart.py
index 4444444..5555555 100644
--- a/shop/cart.py
+++ b/shop/cart.py
@@ -1,4 +1,6 @@
 def total(items):
-    return sum(items, start=0)
+    first = items[0]
+    rest = items[1:]
+    return first + sum(rest)
     # the end
     # of the file
"""


async def pushed(stage: Stage, number: int, diff: str, *findings: dict[str, Any]) -> str:
    """The summary after a push in which the model finds that."""
    stage.model.findings = list(findings)
    await stage.push(number, diff)
    return await stage.reviewed(number)


def first_comments(stage: Stage, number: int) -> list[dict[str, Any]]:
    return [one for one in stage.pull(number)["inline"] if one["reply_to"] is None]


def replies(stage: Stage, number: int) -> list[str]:
    return [one["body"].partition("\n")[2] for one in stage.pull(number)["inline"] if one["reply_to"]]


def thread(stage: Stage, number: int) -> dict[str, Any]:
    [found] = first_comments(stage, number)
    return found


async def test_moved_and_worded_anew_then_fixed_then_back(stage: Stage) -> None:
    stage.simulator.grant_app(GrantApp(permissions={"contents": "write"}))
    stage.model.findings = [EMPTY]
    number = await stage.open(LOOP)
    await stage.reviewed(number)

    moved = EMPTY | {"line": 5, "end_line": 5, "title": "Crashes when the list is empty"}
    summary = await pushed(stage, number, MOVE, moved)
    assert "Crashes when the list is empty" in summary
    assert TITLE in thread(stage, number)["body"]
    assert len(stage.pull(number)["reviews"]) == 1

    summary = await pushed(stage, number, FIX_MOVED)
    head = stage.pull(number)["head"]
    assert "**No findings** · 1 fixed since the last review" in summary
    assert [f"Fixed in [`{head[:7]}`]" in said for said in replies(stage, number)] == [True]
    assert (thread(stage, number)["resolved"], thread(stage, number)["resolver"]) == (True, BOT)

    summary = await pushed(stage, number, BACK.replace("@@ -1,4 +1,6 @@", "@@ -4,4 +4,6 @@"), moved)
    head = stage.pull(number)["head"]
    assert "**1 finding**" in summary
    assert f"Reintroduced in [`{head[:7]}`]" in replies(stage, number)[-1]
    assert not thread(stage, number)["resolved"]
    assert len(stage.pull(number)["reviews"]) == 1
    assert not stage.server.troubles


async def test_where_the_app_may_not_resolve_its_comment_is_folded(stage: Stage) -> None:
    stage.model.findings = [EMPTY]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    await pushed(stage, number, FIX)

    assert thread(stage, number)["minimised"]
    assert not thread(stage, number)["resolved"]
    assert len(replies(stage, number)) == 1


async def test_a_model_that_overlooks_it_has_fixed_nothing(stage: Stage) -> None:
    stage.model.findings = [EMPTY]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    summary = await pushed(stage, number, MOVE)

    assert "1 still open from earlier reviews" in summary
    assert replies(stage, number) == []
    assert any("; 1 finding" in check["title"] for check in stage.pull(number)["checks"])

    summary = await pushed(stage, number, FIX_MOVED)

    assert "1 fixed since the last review" in summary


async def test_what_a_writer_dislikes_is_heard_of_no_more_in_the_repository(stage: Stage) -> None:
    stage.model.findings = [EMPTY]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    await stage.say(number, "no, it is never empty", user="mira", permission="write")
    dislike = React(user="mira", comment=thread(stage, number)["id"], content="-1")
    stage.simulator.react(REPOSITORY, number, dislike)
    await pushed(stage, number, MOVE, EMPTY | {"line": 5, "end_line": 5})

    stage.model.findings = [EMPTY]
    other = await stage.open(LOOP)
    summary = await stage.reviewed(other)

    assert "**No findings** · 1 dismissed earlier" in stage.summary(number)
    assert "**No findings** · 1 dismissed earlier" in summary
    assert first_comments(stage, other) == []


async def test_what_a_stranger_dislikes_stays(stage: Stage) -> None:
    stage.model.findings = [EMPTY]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    await stage.say(number, "no", user="eve", permission="read")
    comment = thread(stage, number)["id"]
    stage.simulator.react(REPOSITORY, number, React(user="eve", comment=comment, content="-1"))

    assert "**1 finding**" in await pushed(stage, number, MOVE, EMPTY | {"line": 5, "end_line": 5})


async def test_what_was_resolved_as_it_stood_is_learnt_when_the_pull_is_closed(stage: Stage) -> None:
    stage.model.findings = [EMPTY]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    await stage.say(number, "as it is meant to be", user="mira", permission="write")
    comment = thread(stage, number)["id"]
    await stage.simulator.resolve_thread(REPOSITORY, number, ResolveThread(user="mira", comment=comment))
    await stage.simulator.close(REPOSITORY, number)
    await stage.until(lambda: stage.logged("finding_dismissed"), "what was learnt")

    other = await stage.open(LOOP)

    assert "1 dismissed earlier" in await stage.reviewed(other)


async def test_a_comment_that_somebody_deleted_is_not_written_again(stage: Stage) -> None:
    stage.model.findings = [EMPTY]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    stage.simulator.world.pull(REPOSITORY, number).inline.clear()
    summary = await pushed(stage, number, MOVE, EMPTY | {"line": 5, "end_line": 5})

    assert TITLE in summary
    assert stage.pull(number)["inline"] == []


async def test_killed_behind_any_effect_of_a_second_review_everything_is_told_once(stage: Stage) -> None:
    """The first finding is fixed, another one is new."""
    stage.simulator.grant_app(GrantApp(permissions={"contents": "write"}))
    effects, at = 1, -1
    while at < effects:
        at += 2  # every other one: that a publisher may die anywhere is told without a server
        stage.model.findings = [EMPTY]
        number = await stage.open(LOOP, title=f"Change {at}")
        await stage.reviewed(number)
        effects = await _second_review(stage, number, at)

        comments, pull = first_comments(stage, number), stage.pull(number)
        assert [one["resolved"] for one in comments] == [True, False], at
        assert len(replies(stage, number)) == 1, at
        assert len(pull["reviews"]) == 2, at
        assert len(stage.own(number)) == 1, at
        assert "1 fixed since the last review" in stage.summary(number), at

    assert at >= 6


async def _second_review(stage: Stage, number: int, at: int) -> int:
    """Kills the server behind effect `at`, starts it again. Returns how many effects there were at least."""
    seen: list[str] = []

    async def strike(moment: Moment, call: Call) -> None:
        effect = call.method != "GET" and ("/repos/" in call.template or "graphql" in call.template)
        if moment is Moment.AFTER and effect:
            seen.append(call.key)
            if len(seen) == at:
                stage.server.kill()

    unlisten = stage.simulator.on_call(strike)
    stage.model.findings = [{**EMPTY, "title": "Adds from zero", "category": "style"}]
    await stage.push(number, FIX)
    await stage.until(lambda: len(seen) >= at or stage.is_reviewed(number), "a kill or a review")
    unlisten()
    if len(seen) >= at:
        await stage.server.gone()
        await stage.start()
    await stage.reviewed(number)
    return len(seen) + 1 if len(seen) >= at else at
