"""Labels are added and removed, without calls that change nothing."""

from typing import Any

import pytest

from bot.core.errors import Refused
from github_simulator import LabelPull
from tests.github.scene import LABELS, Scene

LABEL = f"{LABELS}/{{name}}"


def labels(town: Scene) -> list[str]:
    told: list[str] = town.posted()["labels"]
    return told


async def test_labels_are_put_on_and_taken_off(town: Scene) -> None:
    ref = await town.open()
    await town.simulator.label("acme/shop", 1, LabelPull(user="mira", add=["size/L", "urgent"]))
    await town.forge.label(ref, ["size/S", "risk: low"], ["size/M", "size/L"])
    assert labels(town) == ["urgent", "size/S", "risk: low"]


async def test_what_is_as_it_should_be_costs_one_look(town: Scene) -> None:
    ref = await town.open()
    for _ in range(2):
        await town.forge.label(ref, ["size/S"], ["size/L"])
    assert (town.count("GET", LABELS), town.count("POST", LABELS), town.count("DELETE", LABEL)) == (2, 1, 0)
    await town.forge.label(ref, [], [])
    assert town.count("GET", LABELS) == 2


async def test_labels_are_the_same_in_any_case(town: Scene) -> None:
    ref = await town.open()
    await town.simulator.label("acme/shop", 1, LabelPull(user="mira", add=["Security", "Size/L"]))
    await town.forge.label(ref, ["security"], ["size/l"])
    assert labels(town) == ["Security"]
    assert town.count("POST", LABELS) == 0


async def test_what_is_wanted_is_not_taken_off(town: Scene) -> None:
    ref = await town.open()
    for _ in range(2):
        await town.forge.label(ref, ["size/S"], ["size/S", "size/L"])
        assert labels(town) == ["size/S"]


@pytest.mark.parametrize("fault", [{"status": 502}, {"drop": True}])
async def test_a_lost_answer_does_not_matter(town: Scene, fault: Any) -> None:
    ref = await town.open()
    await town.simulator.label("acme/shop", 1, LabelPull(user="mira", add=["a b/c?"]))
    town.fail("POST", LABELS, after_effect=True, **fault)
    town.fail("DELETE", LABEL, after_effect=True, **fault)
    await town.forge.label(ref, ["new"], ["a b/c?"])
    assert labels(town) == ["new"]


async def test_labels_that_github_refuses_are_refused(town: Scene) -> None:
    ref = await town.open()
    with pytest.raises(Refused, match="too long"):
        await town.forge.label(ref, ["x" * 51], [])
    town.simulator.world.grant({"issues": "none", "pull_requests": "read"})
    town.simulator.revoke_tokens()
    with pytest.raises(Refused, match="not accessible"):
        await town.forge.label(ref, ["new"], [])


@pytest.mark.parametrize("status", [404, 410])
async def test_a_label_that_is_still_there_was_not_taken_off_by_somebody_else(
    town: Scene, status: int
) -> None:
    ref = await town.open()
    await town.simulator.label("acme/shop", 1, LabelPull(user="mira", add=["old"]))
    town.fail("DELETE", LABEL, status)
    with pytest.raises(Refused, match=str(status)):
        await town.forge.label(ref, [], ["old"])
    town.fail("DELETE", LABEL, status, after_effect=True)
    await town.forge.label(ref, [], ["old"])
    assert labels(town) == []
