"""Layers go over each other key by key; directories add to what holds for the repository."""

import pytest
from pydantic import ValidationError

from bot.core.config import (
    Configuration,
    EffectiveConfig,
    Layer,
    at,
    merge_layers,
    operator_layer,
    read_layer,
)
from bot.core.config.keys import KEYS
from bot.core.review import Severity
from tests.core.config.stage import ROOT, effective, layers

OPERATOR = operator_layer(language="English", threshold=Severity.MINOR, findings=4, drafts=True, bots=False)


def test_without_any_file_the_defaults_hold() -> None:
    assert merge_layers(()) == EffectiveConfig()
    assert EffectiveConfig().config == Configuration()
    assert set(EffectiveConfig().origins) == set(KEYS)
    assert set(EffectiveConfig().origins.values()) == {"default"}


def test_each_key_comes_from_the_last_layer_that_has_it() -> None:
    organisation, _ = read_layer(
        "acme/.github/code-review-bot.yml", "language: German\nskip: {titles: [WIP*]}\n"
    )
    repository, _ = read_layer(ROOT, "findings: 9\nskip: {bots: no}\n")
    found = merge_layers((OPERATOR, organisation, repository))
    assert (found.config.language, found.origins["language"]) == (
        "German",
        "acme/.github/code-review-bot.yml",
    )
    assert (found.config.findings, found.origins["findings"]) == (9, ROOT)
    assert (found.config.threshold, found.origins["threshold"]) == (Severity.MINOR, "operator")
    assert found.config.skip.model_dump() == {
        "drafts": False,
        "bots": False,
        "titles": ("WIP*",),
        "authors": (),
        "labels": (),
        "bases": (),
    }
    assert found.origins["skip.drafts"] == "operator"
    assert found.origins["skip.bots"] == ROOT
    assert found.origins["tone"] == "default"


def test_directories_add_patterns_and_set_their_own_bar() -> None:
    found = effective(
        {
            ROOT: 'ignore: ["*.lock"]\nthreshold: minor\n',
            "apps/web/.code-review-bot.yml": "threshold: critical\n"
            "ignore: [gen/, /public/x.js, '!keep.lock']\n",
            "apps/.code-review-bot.yml": "threshold: major\nconfidence: 0.9\n",
        }
    )
    config, origins = at(found, "apps/web/src/a.ts")
    assert config.threshold is Severity.CRITICAL
    assert config.confidence == 0.9
    assert config.ignore == (
        "*.lock",
        "/apps/web/**/gen/",
        "/apps/web/public/x.js",
        "!/apps/web/**/keep.lock",
    )
    assert origins["ignore"] == f"{ROOT}, apps/web/.code-review-bot.yml"
    assert origins["confidence"] == "apps/.code-review-bot.yml"
    assert at(found, "apps/api/a.py")[0].threshold is Severity.MAJOR
    assert at(found, "appstore/a.py") == (found.config, found.origins)


def test_the_outer_directory_comes_first_however_they_are_given() -> None:
    files = {"a/b/.code-review-bot.yml": "threshold: nit", "a/.code-review-bot.yml": "threshold: major"}
    for given in (layers(files), layers(files)[::-1]):
        assert at(merge_layers(given), "a/b/c")[0].threshold is Severity.NIT


def test_too_many_patterns_in_directories_are_told() -> None:
    many = "ignore: [" + ", ".join(f"x{at}" for at in range(400)) + "]"
    found = effective({f"d{at}/.code-review-bot.yml": many for at in range(4)})
    assert [layer.directory for layer in found.directories] == ["d0", "d1"]
    assert [problem.file for problem in found.problems] == [
        "d2/.code-review-bot.yml",
        "d3/.code-review-bot.yml",
    ]


@pytest.mark.parametrize("text", ["on: [opened, label]", "label: review me"])
def test_a_label_that_can_never_ask_is_told(text: str) -> None:
    (problem,) = effective({ROOT: text}).problems
    assert problem.file == ROOT
    assert "`label`" in problem.message


def test_a_layer_takes_no_unknown_key() -> None:
    with pytest.raises(ValidationError, match="unknown key drafts"):
        Layer(name="operator", values={"drafts": True})
