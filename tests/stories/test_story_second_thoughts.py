"""People change their minds: checks asked for again, titles, labels, the merge queue, a closing meanwhile."""

import asyncio
import json
from typing import Any

import pytest

from github_simulator.control_requests import (
    Dequeue,
    EditPull,
    EditReview,
    Enqueue,
    LabelPull,
    Permit,
    Rerun,
    SubmitReview,
    Tell,
)
from tests.stories.diffs import DOCS, FIX, LOOP
from tests.stories.stage import REPOSITORY, Stage

CONFIG = ".github/code-review-bot.yml"
FIRST_LINE = {"path": "shop/cart.py", "line": 2, "end_line": 2}
MAIL = (
    "\n\nOn Mon, Nov 3, 2025 at 10:00 AM octocat ***@***.***> wrote:\n\n> the secret of the quoted mail\n"
    "\n-- \nMira Muster\n+49 30 the number in the signature\n"
)


def check(stage: Stage, number: int) -> dict[str, Any]:
    """The newest check of the head."""
    pull = stage.pull(number)
    *_, found = [one for one in pull["checks"] if one["head"] == pull["head"]]
    return dict(found)


def suite(stage: Stage, number: int) -> tuple[str, str | None]:
    """How the bot's own suite on the head stands."""
    pull = stage.pull(number)
    [found] = [one for one in pull["suites"] if one["head"] == pull["head"] and not one["app"]]
    return found["status"], found["conclusion"]


def queued(stage: Stage, number: int) -> dict[str, Any]:
    """The check on the newest commit of the merge queue; empty while there is none."""
    group = stage.pull(number)["queue"][-1]
    return dict(group["checks"][-1]) if group["checks"] else {}


async def skipped(stage: Stage, number: int, words: str) -> None:
    """Waits until the check says that the head was passed over, for a reason that has these words."""

    def holds() -> bool:
        if not stage.is_checked(number):
            return False
        found = check(stage, number)
        return found["conclusion"] == "skipped" and words in found["title"]

    await stage.until(holds, f"a check that says: {words}")


@pytest.mark.parametrize("whole", [False, True])
async def test_run_again_reviews_what_has_failed(stage: Stage, whole: bool) -> None:
    stage.model.respond = lambda _: "this is no JSON"
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.is_checked(number), "a check")
    assert check(stage, number)["conclusion"] != "success"
    stage.model.respond = None
    stage.simulator.permit(Permit(repository=REPOSITORY, user="mira", permission="write"))

    await stage.simulator.rerun(REPOSITORY, number, Rerun(user="mira", all=whole))

    await stage.until(lambda: suite(stage, number) == ("completed", "success"), "a green suite")
    assert "1 of 1 file reviewed" in stage.summary(number)
    assert not stage.server.troubles


@pytest.mark.parametrize("user", ["mira", "eve"])
async def test_run_all_again_ends_the_suite_without_paying_twice(stage: Stage, user: str) -> None:
    stage.simulator.permit(Permit(repository=REPOSITORY, user="mira", permission="write"))
    number = await stage.open(LOOP, fork=True)
    await stage.reviewed(number)
    asked = len(stage.model.asked)
    await stage.simulator.rerun(REPOSITORY, number, Rerun(user=user, all=True))
    await stage.until(lambda: suite(stage, number) == ("completed", "success"), "the end of the suite")

    assert asked == len(stage.model.asked)
    assert len(stage.own(number)) == 1


async def test_run_again_on_what_is_closed_or_old_ends_the_suite(stage: Stage) -> None:
    stage.simulator.permit(Permit(repository=REPOSITORY, user="mira", permission="write"))
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    old = stage.pull(number)["head"]
    await stage.push(number, FIX)
    await stage.reviewed(number)
    await stage.simulator.rerun(REPOSITORY, number, Rerun(user="mira", head=old))

    def suites() -> dict[str, str]:
        return {one["head"]: one["status"] for one in stage.pull(number)["suites"]}

    await stage.until(lambda: suites()[old] == "completed", "the end of the old suite")
    await stage.simulator.close(REPOSITORY, number)
    await stage.simulator.rerun(REPOSITORY, number, Rerun(user="mira", all=True))
    await stage.until(lambda: suite(stage, number)[0] == "completed", "the end of the suite")
    assert suite(stage, number)[1] == "success"


async def test_a_title_that_is_edited_out_of_a_rule_and_into_it(stage: Stage) -> None:
    stage.write(CONFIG, 'skip: { titles: ["WIP*"] }\n')
    number = await stage.open(LOOP, title="WIP: carts")
    await skipped(stage, number, "its title matches WIP*")
    await stage.simulator.edit(REPOSITORY, number, EditPull(user="mira", body="More words"))
    assert not stage.model.asked

    await stage.simulator.edit(REPOSITORY, number, EditPull(user="mira", title="Carts"))

    await stage.reviewed(number)
    assert check(stage, number)["conclusion"] == "success"
    asked = len(stage.model.asked)
    await stage.simulator.edit(REPOSITORY, number, EditPull(user="mira", title="WIP again"))
    await stage.push(number, FIX)
    await skipped(stage, number, "its title matches WIP*")
    assert asked == len(stage.model.asked)


async def test_a_label_that_is_taken_off_and_the_reason_that_is_left(stage: Stage) -> None:
    stage.write(CONFIG, 'skip: { labels: ["no review"], titles: ["WIP*"] }\n')
    label = LabelPull(user="mira", add=["no review"])
    number = await stage.open(LOOP, title="WIP", draft=True)
    await stage.simulator.label(REPOSITORY, number, label)
    await skipped(stage, number, "this is a draft")
    await stage.simulator.set_draft(REPOSITORY, number, draft=False)
    await skipped(stage, number, "its title matches WIP*")
    await stage.simulator.edit(REPOSITORY, number, EditPull(user="mira", title="Carts"))
    await skipped(stage, number, "it has the label no review")
    assert not stage.model.asked

    await stage.simulator.label(REPOSITORY, number, LabelPull(user="mira", remove=["No review"]))

    await stage.reviewed(number)
    assert check(stage, number)["conclusion"] == "success"


async def test_what_happens_to_labels_and_titles_of_a_reviewed_head_costs_nothing(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    calls = dict(stage.simulator.state()["calls"])
    await stage.simulator.edit(REPOSITORY, number, EditPull(user="mira", title="Another"))
    await stage.simulator.set_draft(REPOSITORY, number, draft=True)
    await stage.until(lambda: len(stage.logged("job_stored")) == 3, "two more jobs")
    said = await stage.say(number, "/help")
    await stage.reacted(number, said, "rocket")

    read = "GET /repos/{owner}/{repo}/pulls/{pull_number}"
    assert stage.simulator.state()["calls"][read] == calls[read] + 1  # the command's


@pytest.mark.parametrize("end", ["close", "merge"])
async def test_a_pull_request_that_is_closed_meanwhile_costs_no_more(stage: Stage, end: str) -> None:
    stage.model.findings = [FIRST_LINE]
    held = stage.hold_the_first_question()
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.model.asked, "a question")
    await getattr(stage.simulator, end)(REPOSITORY, number)
    held.set()
    await stage.until(lambda: stage.is_checked(number), "the end of the check")

    assert check(stage, number)["conclusion"] == "cancelled"
    assert "the pull request was closed" in stage.summary(number)
    pull = stage.pull(number)
    assert (len(stage.model.asked), pull["inline"], pull["reviews"]) == (1, [], [])
    if end == "close":
        await stage.simulator.reopen(REPOSITORY, number)
        assert "1 finding" in await stage.reviewed(number)


async def test_a_pull_request_that_is_closed_while_a_long_answer_is_waited_for(stage: Stage) -> None:
    """Nobody waits for the answer: the question is taken back, though no round has ended."""
    held = stage.hold_the_first_question()
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.model.asked, "a question")
    await stage.simulator.close(REPOSITORY, number)
    await stage.until(lambda: stage.is_checked(number), "the end of the check")

    assert check(stage, number)["conclusion"] == "cancelled"
    held.set()
    assert len(stage.model.asked) == 1


async def test_a_review_of_what_became_a_draft_meanwhile_is_taken_back(stage: Stage) -> None:
    held = stage.hold_the_first_question()
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.model.asked, "a question")
    await stage.simulator.set_draft(REPOSITORY, number, draft=True)
    held.set()
    await skipped(stage, number, "this is a draft")
    assert len(stage.model.asked) == 1
    assert "was not reviewed" in stage.summary(number)

    await stage.simulator.set_draft(REPOSITORY, number, draft=False)

    await stage.reviewed(number)


async def test_the_merge_queue_gets_the_verdict_of_the_head(stage: Stage) -> None:
    stage.model.findings = [FIRST_LINE]
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    asked = len(stage.model.asked)
    await stage.simulator.enqueue(REPOSITORY, number, Enqueue(user="mira"))
    await stage.until(lambda: queued(stage, number).get("status") == "completed", "the queue's check")

    said = queued(stage, number)
    assert (said["conclusion"], said["title"]) == ("success", check(stage, number)["title"])
    assert f"repeats the result of the review of #{number} at" in said["summary"]
    assert asked == len(stage.model.asked)
    assert len(stage.own(number)) == 1
    await stage.simulator.rerun(
        REPOSITORY, number, Rerun(user="mira", head=stage.pull(number)["queue"][-1]["head"])
    )
    await stage.until(lambda: len(stage.logged("job_stored")) == 3, "a job for the queue's check")
    await stage.simulator.dequeue(REPOSITORY, number, Dequeue(user="mira", reason="merged"))
    await stage.until(lambda: len(stage.logged("job_stored")) == 4, "a job for the end")
    assert queued(stage, number)["conclusion"] == "success"


async def test_the_merge_queue_waits_for_a_review_that_is_under_way(stage: Stage) -> None:
    held = asyncio.Event()

    async def busy(_: dict[str, Any]) -> Any:
        await held.wait()

    stage.model.respond = busy
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.model.asked, "a question")
    await stage.simulator.enqueue(REPOSITORY, number, Enqueue(user="mira"))
    held.set()
    await stage.until(lambda: queued(stage, number).get("conclusion") == "success", "the queue's check")


async def test_the_merge_queue_is_told_why_there_is_no_verdict(stage: Stage) -> None:
    stage.write(CONFIG, "enabled: false\n")
    number = await stage.open(LOOP)
    await skipped(stage, number, "enabled")
    await stage.simulator.enqueue(REPOSITORY, number, Enqueue(user="mira"))
    await stage.until(lambda: queued(stage, number).get("conclusion") == "skipped", "the queue's check")
    await stage.simulator.dequeue(REPOSITORY, number, Dequeue(user="mira"))
    stage.simulator.world.repository(REPOSITORY).checks.clear()
    await stage.simulator.enqueue(REPOSITORY, number, Enqueue(user="mira"))

    await stage.until(lambda: queued(stage, number).get("conclusion") == "neutral", "the queue's check")

    assert "has no review" in queued(stage, number)["title"]
    assert not stage.model.asked


async def test_a_command_in_the_text_of_a_review(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    stage.model.reply = "Because of the cart."
    by_mira: dict[str, Any] = {"user": "mira", "permission": "write"}
    asked = SubmitReview(body=f"/ask why is it so?{MAIL}", state="CHANGES_REQUESTED", **by_mira)
    review = (await stage.simulator.submit_review(REPOSITORY, number, asked)).review
    assert review
    await stage.until(lambda: len(stage.own(number)) == 2, "an answer")
    assert "> `mira` asked: why is it so?\n" in stage.own(number)[1]

    questions = len(stage.model.asked)
    await stage.simulator.edit_review(
        REPOSITORY, number, EditReview(user="mira", review=review.id, body="/ask more?")
    )
    await stage.simulator.submit_review(REPOSITORY, number, SubmitReview(user="mira", state="APPROVED"))
    for body in ("/review", "**/pause**"):
        await stage.simulator.submit_review(REPOSITORY, number, SubmitReview(user="eve", body=body))
    await stage.until(lambda: len(stage.own(number)) == 3, "a word to a reader")
    assert "write permission for this repository" in stage.own(number)[2]
    await stage.simulator.submit_review(REPOSITORY, number, SubmitReview(body="/pause, please", **by_mira))
    await stage.until(lambda: "are paused" in stage.own(number)[2], "a word that it is paused")
    assert questions == len(stage.model.asked)

    await stage.simulator.submit_review(REPOSITORY, number, SubmitReview(body="- `/review`", **by_mira))

    await stage.until(lambda: len(stage.logged("job_stored")) >= 6, "a review by command")
    assert stage.pull(number)["reactions"] == []


async def test_courtesy_is_no_path_and_a_sentence_no_list(stage: Stage) -> None:
    number = await stage.open(LOOP, DOCS)
    summary = await stage.reviewed(number)
    for body in ("/review please", "/review this again, I fixed shop/cart.py", "**/review**, thanks!"):
        said = await stage.say(number, body)
        await stage.reacted(number, said, "rocket")
    assert len(stage.own(number)) == 1
    assert "2 of 2 files reviewed" in stage.summary(number)
    assert "2 of 2 files reviewed" in summary

    said = await stage.say(number, "/review shop/cart.py and shop/nowhere.py")
    await stage.reacted(number, said, "confused")

    given = [one["content"] for one in stage.pull(number)["reactions"] if one["comment"] == said]
    assert "rocket" not in given
    assert "`shop/nowhere.py` is not a path" in stage.own(number)[1]
    assert len(stage.own(number)) == 2


async def test_a_quoted_mail_is_neither_asked_about_nor_repeated(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    await stage.say(number, f"/ask why is it so?{MAIL}")
    await stage.until(lambda: len(stage.own(number)) == 2, "an answer")
    first = await stage.say_on_lines(number, f"Odd.{MAIL}", path="shop/cart.py", line=3)
    await stage.say_on_lines(number, f"/explain as to a child{MAIL}", reply_to=first)
    await stage.until(lambda: len(stage.pull(number)["inline"]) == 3, "another answer")

    asked = json.dumps(stage.model.asked)
    said = json.dumps([stage.own(number), stage.pull(number)["inline"][-1]])
    for secret in ("the secret of the quoted mail", "the number in the signature"):
        assert secret not in asked
        assert secret not in said
    assert "why is it so?" in asked
    assert "as to a child" in asked


async def test_events_of_any_name_and_action_are_passed_over(stage: Stage) -> None:
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    for event, action in (
        ("projects_v2_item", "edited"),
        ("projects_v2", "created"),
        ("Sub-Issues.v3", "added"),
        ("repository", "transferred"),
        ("pull_request", "of the future"),
        ("merge_group", "of the future"),
        ("check_suite", "of the future"),
        ("pull_request_review", "of the future"),
    ):
        delivery = await stage.simulator.tell(Tell(event=event, payload={"action": action}))
        assert delivery
        assert (event, delivery.status) == (event, 202)
    await stage.until(lambda: len(stage.logged("delivery_ignored")) >= 3, "what was ignored")
    assert not stage.server.troubles
    assert not stage.logged("delivery_set_aside")
