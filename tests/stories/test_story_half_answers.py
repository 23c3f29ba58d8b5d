"""A GitHub that answers by half, oddly, or from another address: the review comes once, and is honest."""

from collections import Counter
from typing import Any

from github_simulator import Call, Edit, Fault, Kind, Moment, Rename, Storm
from tests.stories.diffs import DOCS, FIX, LOOP
from tests.stories.stage import REPOSITORY, Stage

PULL = "/repos/{owner}/{repo}/pulls/{pull_number}"
ALWAYS = 1000


def always(stage: Stage, *kinds: Kind, rate: float = 1, seed: int = 1) -> None:
    """Every call that can be is struck in one of these ways."""
    order = {"seed": seed, "rate": rate, "kinds": kinds, "most_in_a_row": ALWAYS if rate == 1 else 2}
    stage.simulator.storm(Storm.model_validate(order))


def check(stage: Stage, number: int) -> dict[str, Any]:
    pull = stage.pull(number)
    [told] = [one for one in pull["checks"] if one["head"] == pull["head"]]
    found: dict[str, Any] = told
    return found


async def test_a_repository_that_is_renamed_after_its_delivery_has_its_review(unset_stage: Stage) -> None:
    """The job goes by the old name, to the end. Nobody looks for pull requests that were missed: by its new
    name this one would be.
    """
    stage = unset_stage
    stage.server.settings = {**stage.server.settings, "CATCH_UP": "0"}
    await stage.start()
    renamed: list[str] = []

    async def rename(moment: Moment, _: Call) -> None:
        if moment is Moment.BEFORE and not renamed:
            renamed.append(stage.simulator.rename(Rename(repository=REPOSITORY, name="store")))

    stage.simulator.on_call(rename)
    number = await stage.open(LOOP)
    summary = await stage.reviewed(number)

    assert ["acme/store"] == renamed
    assert "Makes the thing do what it says." in summary
    assert "success" == check(stage, number)["conclusion"]
    assert not stage.server.troubles


async def test_files_that_github_counts_and_does_not_list_keep_the_check_from_green(stage: Stage) -> None:
    edit = Edit(at="/changed_files", value=32)
    stage.simulator.inject(Fault(method="GET", path=PULL, times=ALWAYS, edits=(edit,)))
    number = await stage.open(LOOP, DOCS)
    summary = await stage.reviewed(number)

    assert "2 of 32 files reviewed" in summary
    assert "30 more files that GitHub did not list" in summary
    assert "neutral" == check(stage, number)["conclusion"]


async def test_an_empty_diff_is_not_believed(stage: Stage) -> None:
    """The pull is read once before its diff is."""
    stage.simulator.inject(Fault(method="GET", path=PULL, status=200, body="", skip=1, times=3))
    number = await stage.open(LOOP)
    summary = await stage.reviewed(number)

    assert "1 of 1 file reviewed" in summary
    assert "success" == check(stage, number)["conclusion"]


async def test_odd_records_and_redirections_everywhere_change_nothing(stage: Stage) -> None:
    stage.model.findings = [{"path": "shop/cart.py", "line": 3, "end_line": 3}]
    always(stage, Kind.ODD_RECORD, Kind.REDIRECT)
    number = await stage.open(LOOP, DOCS)
    await stage.reviewed(number)
    await stage.push(number, FIX)
    await stage.reviewed(number)

    assert "success" == check(stage, number)["conclusion"]
    assert {"odd_record", "redirect"} == stage.simulator.state()["storm"].keys()
    assert not stage.server.troubles


async def test_half_answers_of_graphql_double_nothing(stage: Stage) -> None:
    stage.model.findings = [{"path": "shop/cart.py", "line": 3, "end_line": 3}]
    always(stage, Kind.HALF_ANSWER)
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    await stage.push(number, DOCS)
    await stage.reviewed(number)
    await stage.say(number, "/review")
    await stage.until(lambda: stage.simulator.state()["storm"]["half_answer"] > 8, "the third review")
    said = Counter(line["body"] for line in stage.pull(number)["inline"])

    assert said
    assert {1} == set(said.values())


async def test_pages_and_empty_bodies_in_place_of_answers_double_nothing(stage: Stage) -> None:
    stage.model.findings = [{"path": "shop/cart.py", "line": 3, "end_line": 3}]
    always(stage, Kind.LOGIN_PAGE, Kind.EMPTY_ANSWER, rate=0.2, seed=3)
    number = await stage.open(LOOP)
    await stage.until(lambda: stage.is_checked(number), "a check that ends")
    stage.simulator.calm()
    await stage.reviewed(number)
    pull = stage.pull(number)

    assert 1 == len(stage.own(number))
    assert {1} == set(Counter(line["body"] for line in pull["inline"]).values())
    assert 1 == len(pull["checks"])
