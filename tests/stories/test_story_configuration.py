"""A repository, and its organisation, say what they want of their reviews."""

from tests.stories.diffs import DOCS, LOOP
from tests.stories.stage import Stage

CONFIG = ".github/code-review-bot.yml"
HEADS_OWN = """\
diff --git a/.github/code-review-bot.yml b/.github/code-review-bot.yml
new file mode 100644
index 0000000..5555555
--- /dev/null
+++ b/.github/code-review-bot.yml
@@ -0,0 +1,1 @@
+enabled: false
"""
FIRST_LINE = {"path": "shop/cart.py", "line": 2, "end_line": 2}


def prompts(stage: Stage) -> str:
    """All that the model was asked."""
    return "\n".join(message["content"] for body in stage.model.asked for message in body["messages"])


async def test_a_mistake_is_told_with_its_line_and_a_way_out_and_the_review_goes_on(stage: Stage) -> None:
    stage.write(CONFIG, "language: German\nfindngs: 3\n")
    number = await stage.open(LOOP)
    summary = await stage.reviewed(number)

    assert f"{CONFIG}:2" in summary.replace("`", "")
    assert "findings" in summary
    assert "German" in prompts(stage)


async def test_what_the_pull_request_says_itself_does_not_count(stage: Stage) -> None:
    number = await stage.open(LOOP, HEADS_OWN)

    assert "shop/cart.py" in await stage.reviewed(number)


async def test_the_organisation_says_what_holds_where_the_repository_says_nothing(stage: Stage) -> None:
    stage.write(CONFIG, "tone: terse\n", repository="acme/.github")
    stage.write(CONFIG, "language: German\n")
    number = await stage.open(LOOP)
    await stage.reviewed(number)

    assert "German" in prompts(stage)
    assert "terse" in prompts(stage)


async def test_files_that_are_ignored_are_named_and_not_shown_to_the_model(stage: Stage) -> None:
    stage.write(CONFIG, "ignore: [docs/]\n")
    number = await stage.open(LOOP, DOCS)
    summary = await stage.reviewed(number)

    assert "A cart has a total." not in prompts(stage)
    assert "docs/cart.md" in summary
    assert "ignore" in summary


async def test_instructions_reach_the_prompts_about_their_files(stage: Stage) -> None:
    stage.write(
        CONFIG,
        "instructions:\n"
        "- {paths: ['shop/**'], text: Totals are in cents.}\n"
        "- {paths: ['web/**'], text: Nobody reads this.}\n",
    )
    number = await stage.open(LOOP)
    await stage.reviewed(number)

    assert "Totals are in cents." in prompts(stage)
    assert "Nobody reads this." not in prompts(stage)


async def test_findings_stay_off_the_lines_where_nobody_wants_them_there(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE]
    stage.write(CONFIG, "inline: false\n")
    number = await stage.open(LOOP)
    summary = await stage.reviewed(number)

    assert [] == stage.pull(number)["inline"]
    assert "Fails on an empty list" in summary


async def test_a_directory_says_what_it_wants_to_hear(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE | {"severity": "minor", "confidence": 95}]
    stage.write("shop/.code-review-bot.yml", "threshold: critical\n")
    number = await stage.open(LOOP)

    assert "Fails on an empty list" not in await stage.reviewed(number)


async def test_a_title_that_is_passed_over_and_a_command_that_asks_all_the_same(stage: Stage) -> None:
    stage.write(CONFIG, "skip:\n  titles: ['WIP*']\n")
    number = await stage.open(LOOP, title="wip: carts")
    await stage.until(lambda: stage.is_checked(number), "a check")
    assert "skipped" == stage.pull(number)["checks"][0]["conclusion"]
    assert [] == stage.own(number)

    await stage.say(number, "/review")

    await stage.reviewed(number)
