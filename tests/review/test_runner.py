"""The result of a job: a review, the reason why there is none, or nothing."""

import pytest

from bot.core.check_run import CombinedStatus
from bot.core.config.values import Trigger
from bot.core.errors import Retry
from bot.core.findings.learnings import LearnedReply
from bot.core.jobs import Cause, JobState, ReplyChange
from bot.core.records import ReviewStage
from bot.review.policy.triggers import WAITS
from tests.review.harness import FILES, HEAD, OLDER, PULL, REF, Harness, job, record, task


async def test_a_push_is_announced_reviewed_recorded_and_published(harness: Harness) -> None:
    assert await harness.run(task()) is JobState.DONE

    assert harness.told == ["announced c0ffee1 pushed", "published"]
    made, posted = harness.memory.saved
    assert (made.stage, posted.stage) == (ReviewStage.MADE, ReviewStage.POSTED)
    assert (posted.head, posted.job, posted.comment) == (HEAD, 1, 7)


async def test_a_review_is_made_as_the_repository_wants_it(harness: Harness) -> None:
    harness.memory.layer = {
        "language": "German",
        "model": "llama",
        "budget.review": 100,
        "ignore": ("docs/",),
    }

    await harness.run(task())

    [options] = harness.reviewer.wishes
    assert (options.settings.language, options.model, options.limits.review) == ("German", "llama", 100)
    assert (options.patient, options.fresh, options.private) == (True, False, False)
    assert harness.told[-1] == f"published {FILES[2]}"


async def test_a_job_that_is_tried_again_goes_on_with_its_budget_and_one_that_starts_anew_does_not(
    harness: Harness,
) -> None:
    first = job(task())
    await harness.runner.run(first, patient=True)
    await harness.runner.run(first.model_copy(update={"attempt": 2}), patient=True)
    await harness.runner.run(
        first.model_copy(update={"created": first.created.replace(hour=1)}), patient=True
    )

    names = [options.job for options in harness.reviewer.wishes]
    assert names[0] == names[1] != names[2]


async def test_what_is_passed_over_is_told_beside_the_merge_button_and_may_be_asked_for_again(
    harness: Harness,
) -> None:
    harness.github.pull_ = PULL.model_copy(update={"draft": True})

    assert await harness.run(task(Cause.OPENED)) is JobState.CANCELLED

    [told] = harness.told
    assert told.startswith("skipped: this is a draft")
    assert not harness.reviewer.wishes
    assert not harness.memory.saved


async def test_a_label_that_asks_for_nothing_says_nothing(harness: Harness) -> None:
    assert await harness.run(task(Cause.LABELED, label="bug")) is JobState.CANCELLED
    assert harness.told == []


async def test_what_was_announced_at_an_earlier_try_is_taken_back(harness: Harness) -> None:
    await harness.run(task(Cause.LABELED, label="bug"), error="the model was away")

    [told] = harness.told
    assert told.startswith("withdrawn: ")


async def test_checks_that_nobody_waits_for_are_not_even_looked_at(
    harness: Harness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(harness.github, "pull", None)

    assert await harness.run(task(Cause.CHECKED, suite=5)) is JobState.DONE


async def test_checks_that_became_green_begin_the_review_that_waits_for_them(harness: Harness) -> None:
    harness.memory.layer = {"on": (Trigger.CHECKS,)}
    harness.github.standing_ = CombinedStatus.PENDING
    assert await harness.run(task()) is JobState.CANCELLED
    assert await harness.run(task(Cause.CHECKED, suite=5)) is JobState.CANCELLED
    harness.github.standing_ = CombinedStatus.GREEN

    assert await harness.run(task(Cause.CHECKED, suite=6)) is JobState.DONE

    assert harness.told == [f"skipped: {WAITS}", "announced c0ffee1 checked", "published"]


async def test_checks_of_an_older_head_begin_nothing(harness: Harness) -> None:
    harness.memory.layer = {"on": (Trigger.CHECKS,)}
    harness.github.standing_ = CombinedStatus.PENDING
    await harness.run(task())
    harness.github.standing_ = CombinedStatus.GREEN

    assert await harness.run(task(Cause.CHECKED, head=OLDER)) is JobState.DONE
    assert not harness.reviewer.wishes


async def test_a_head_that_has_its_review_is_not_reviewed_again(harness: Harness) -> None:
    harness.memory.record = record()

    assert await harness.run(task(Cause.REOPENED)) is JobState.DONE
    assert harness.told == []


async def test_a_review_that_was_not_wholly_posted_is_made_again(harness: Harness) -> None:
    harness.memory.record = record(stage=ReviewStage.MADE)
    await harness.run(task(Cause.REOPENED))
    harness.memory.record = record(by=1)
    await harness.run(task(Cause.REOPENED))

    assert len(harness.reviewer.wishes) == 2


async def test_a_pull_request_that_was_pointed_at_another_branch_is_reviewed_again(harness: Harness) -> None:
    harness.memory.record = record()

    await harness.run(task(base="next"))

    assert harness.told[-1] == "published"


async def test_a_job_whose_head_is_not_the_newest_has_reviewed_another(harness: Harness) -> None:
    assert await harness.run(task(head=OLDER)) is JobState.SUPERSEDED
    assert harness.memory.saved[-1].head == HEAD


async def test_the_closing_is_when_it_is_learnt_what_people_made_of_the_findings(harness: Harness) -> None:
    harness.github.pull_ = PULL.model_copy(update={"open": False})

    assert await harness.run(task(Cause.CLOSED)) is JobState.DONE

    assert harness.memory.learnt == [harness.github.pull_]
    assert harness.told == ["withdrawn: the pull request was closed"]


async def test_a_pull_request_that_was_opened_again_meanwhile_is_left_to_that(harness: Harness) -> None:
    assert await harness.run(task(Cause.CLOSED)) is JobState.DONE
    assert harness.memory.learnt
    assert harness.told == []


async def test_a_push_to_a_closed_pull_request_is_not_reviewed(harness: Harness) -> None:
    harness.github.pull_ = PULL.model_copy(update={"open": False})

    assert await harness.run(task()) is JobState.CANCELLED
    assert not harness.reviewer.wishes
    assert not harness.memory.learnt


async def test_a_model_that_is_away_is_the_workers_business(harness: Harness) -> None:
    harness.reviewer.trouble = Retry("the model is away", after=30)

    with pytest.raises(Retry):
        await harness.run(task())
    assert not harness.memory.saved
    assert REF == harness.github.pull_.ref


async def test_a_reply_is_learned_and_nothing_is_reviewed(harness: Harness) -> None:
    reply = task(Cause.REPLIED, comment=501, reply=ReplyChange.REASONED, head=None)

    assert await harness.run(reply) is JobState.DONE
    assert harness.memory.followed == [reply]
    assert harness.told == []


async def test_a_reply_is_learned_although_its_pull_request_is_closed(harness: Harness) -> None:
    harness.github.pull_ = PULL.model_copy(update={"open": False})

    assert not await harness.runner.is_over(job(task(Cause.REPLIED, comment=501)))


async def test_a_review_is_told_what_was_learned_in_its_files(harness: Harness) -> None:
    harness.memory.replies = [
        LearnedReply(comment=5, pull=1, author="mira", path=path, finding="Slow", text="By design: it is hot")
        for path in ("elsewhere.py", FILES[0])
    ]

    await harness.run(task())

    [options] = harness.reviewer.wishes
    assert [(one.path, one.text) for one in options.settings.learnings] == [
        (FILES[0], "By design: it is hot"),
        ("elsewhere.py", "By design: it is hot"),
    ]
