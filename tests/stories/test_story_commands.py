"""People ask the bot for things, in the conversation and on lines: what stands on GitHub then."""

import json
import re
from typing import Any

from github_simulator.control_requests import Permit, ResolveThread
from tests.stories.diffs import DOCS, FIX, LOOP
from tests.stories.stage import BOT, REPOSITORY, Stage

FIRST_LINE = {"path": "shop/cart.py", "line": 2, "end_line": 2}


def replies(stage: Stage, number: int) -> list[dict[str, Any]]:
    """The bot's answers in threads."""
    return [said for said in stage.pull(number)["inline"] if said["user"] == BOT and said["reply_to"]]


def with_marker(stage: Stage, number: int, name: str) -> list[str]:
    """The bot's comments in the conversation that carry a marker."""
    return [body for body in stage.own(number) if body.startswith(f"<!-- code-review-bot:{name}")]


def check(stage: Stage, number: int) -> dict[str, Any]:
    """The newest check of the head."""
    pull = stage.pull(number)
    *_, found = [one for one in pull["checks"] if one["head"] == pull["head"]]
    return dict(found)


async def test_a_question_is_answered_in_the_conversation_with_what_it_took(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    asked = await stage.say(number, "@code-review-bot what does\nthe loop do?")
    await stage.until(lambda: with_marker(stage, number, "answer"), "an answer")

    [answer] = with_marker(stage, number, f"answer {asked}")
    assert "> `mira` asked: what does the loop do?" in answer
    assert "It adds up **what is in the cart**" in answer
    assert "@acme" not in answer.replace("`@acme/everyone`", "")
    assert "<sub>gpt-5-mini, " in answer
    assert "what does\nthe loop do?" in str(stage.model.asked[-1]["messages"]).replace("\\n", "\n")


async def test_lines_are_explained_in_their_thread_which_the_model_is_shown(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    first = await stage.say_on_lines(number, "Odd.", path="shop/cart.py", line=3)
    await stage.say_on_lines(number, "/explain as to a child", reply_to=first)
    await stage.until(lambda: replies(stage, number), "an answer")

    [answer] = replies(stage, number)
    assert answer["reply_to"] == first
    prompt = str(stage.model.asked[-1]["messages"])
    assert "as to a child" in prompt
    assert "Odd." in prompt
    assert "rest = items[1:]" in prompt
    assert len(stage.own(number)) == 1


async def test_a_finding_is_dismissed_for_the_whole_repository(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    [finding] = stage.pull(number)["inline"]
    await stage.say_on_lines(number, "/dismiss lists are never empty here", reply_to=finding["id"])
    await stage.until(lambda: replies(stage, number), "an answer")
    assert "will not report it again" in replies(stage, number)[0]["body"]

    other = await stage.open(LOOP, branch="again")
    await stage.reviewed(other)

    assert [] == stage.pull(other)["inline"]


async def test_what_people_resolve_before_the_merge_is_learnt_at_its_closing(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    [finding] = stage.pull(number)["inline"]
    stage.simulator.permit(Permit(repository=REPOSITORY, user="mira", permission="write"))
    stage.simulator.permit(Permit(repository=REPOSITORY, user="mira", permission="write"))
    await stage.simulator.resolve_thread(
        REPOSITORY, number, ResolveThread(user="mira", comment=finding["id"])
    )
    await stage.simulator.close(REPOSITORY, number)
    await stage.until(lambda: stage.logged("finding_dismissed"), "what was learnt")
    other = await stage.open(LOOP, branch="again")
    await stage.reviewed(other)

    assert [] == stage.pull(other)["inline"]


async def test_a_review_of_some_files_stands_beside_the_summary(stage: Stage) -> None:
    number = await stage.open(LOOP, DOCS)
    summary = await stage.reviewed(number)
    said = await stage.say(number, "/review 'docs/*.md'")
    await stage.reacted(number, said, "rocket")

    [aside] = with_marker(stage, number, f"aside {said}")
    assert "docs/cart.md" in aside
    assert with_marker(stage, number, "summary") == [summary]


async def test_what_is_no_path_and_no_command_gets_one_hint(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    slip = await stage.say(number, "/reviw")
    await stage.reacted(number, slip, "confused")
    await stage.until(lambda: with_marker(stage, number, "hint"), "a hint")
    assert "Did you mean `/review`?" in with_marker(stage, number, "hint")[0]

    await stage.say(number, "/review fulll")
    await stage.until(lambda: "`fulll`" in with_marker(stage, number, "hint")[0], "another hint")

    await stage.say(number, "/deploy to production")
    said = await stage.say(number, "/help")
    await stage.reacted(number, said, "rocket")
    assert "| `/explain [question]` |" in with_marker(stage, number, "help")[0]
    assert len(stage.own(number)) == 3


async def test_full_asks_anew_and_nothing_is_left_to_continue(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    asked = len(stage.model.asked)
    said = await stage.say(number, "/review continue")
    await stage.reacted(number, said, "confused")
    assert "nothing to continue" in with_marker(stage, number, "hint")[0]
    assert asked == len(stage.model.asked)

    said = await stage.say(number, "/review full")
    await stage.reacted(number, said, "rocket")

    assert 2 * asked == len(stage.model.asked)


def long_file(name: str) -> str:
    """A diff that makes a question of its own."""
    lines = "+A line of text that is long enough to count for something.\n" * 30
    head = f"diff --git a/{name} b/{name}\nnew file mode 100644\nindex 0000000..3333333\n--- /dev/null\n"
    return f"{head}+++ b/{name}\n@@ -0,0 +1,30 @@\n{lines}"


def files_reviewed(stage: Stage, number: int) -> int:
    told = re.search(r"(\d+) of 20 files reviewed", stage.summary(number))
    assert told
    return int(told[1])


async def test_continue_reviews_what_the_budget_left_out(unset_stage: Stage) -> None:
    """What was answered before is not paid for again, so that the budget takes it further each time."""
    stage = unset_stage
    limits = {"BUDGET_REVIEW": "20000", "REVIEW_PORTION": "1000", "OPENAI_ANSWER": "1024"}
    stage.server.settings = {**stage.server.settings, **limits}
    await stage.start()
    number = await stage.open(*(long_file(f"shop/{name}.py") for name in "abcdefghijklmnopqrst"))
    await stage.reviewed(number)
    reviewed, asked = files_reviewed(stage, number), len(stage.model.asked)
    assert 0 < reviewed < 20

    said = await stage.say(number, "/review continue")
    await stage.reacted(number, said, "rocket")

    assert files_reviewed(stage, number) > reviewed
    questions = [json.dumps(body["messages"]) for body in stage.model.asked]
    assert len(set(questions)) == len(questions) > asked


async def test_a_summary_is_made_of_a_draft_and_its_review_comes_when_it_is_ready(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE]
    number = await stage.open(LOOP, draft=True)
    said = await stage.say(number, "/summary")
    await stage.reacted(number, said, "rocket")
    assert "Makes the thing do what it says." in with_marker(stage, number, "summary")[0]
    assert [] == stage.pull(number)["inline"]

    await stage.simulator.set_draft(REPOSITORY, number, draft=False)
    await stage.until(lambda: stage.pull(number)["inline"], "comments on lines")


async def test_a_paused_pull_request_is_left_alone_until_it_is_resumed(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    said = await stage.say(number, "/pause")
    await stage.reacted(number, said, "rocket")
    await stage.push(number, FIX)
    await stage.until(lambda: stage.is_checked(number), "the check of the new head")
    assert check(stage, number)["conclusion"] == "skipped"
    assert "paused by mira" in check(stage, number)["title"]

    await stage.say(number, "/resume")

    await stage.reviewed(number)
    assert check(stage, number)["conclusion"] == "success"


async def test_the_configuration_is_shown_as_it_holds(stage: Stage) -> None:
    stage.write(".github/code-review-bot.yml", "language: German\nignore: [docs/]\n")
    number = await stage.open(LOOP)
    await stage.say(number, "/config shop/cart.py")
    await stage.until(lambda: with_marker(stage, number, "config"), "the configuration")

    [shown] = with_marker(stage, number, "config")
    assert "German" in shown
    assert ".github/code-review-bot.yml" in shown


async def test_without_a_model_a_question_is_answered_politely(unset_stage: Stage) -> None:
    stage = unset_stage
    stage.server.settings = {
        name: value for name, value in stage.server.settings.items() if not name.startswith("OPENAI")
    }
    await stage.start()
    number = await stage.open(LOOP)
    await stage.say(number, "/ask why?")
    await stage.until(lambda: with_marker(stage, number, "trouble"), "an answer")

    [trouble] = with_marker(stage, number, "trouble")
    assert "`mira`, the request failed: no model is configured" in trouble
    assert " failed:**" not in "".join(with_marker(stage, number, "summary"))
