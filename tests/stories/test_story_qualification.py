"""A model that cannot review is found out at its first use, and nothing that it says is posted."""

import shutil
from pathlib import Path
from typing import Any

from tests.smollm2 import ROOT, SMOLLM2
from tests.stories.diffs import LOOP
from tests.stories.scripted_model import FINDING
from tests.stories.stage import Stage

NONSENSE = FINDING | {"title": "The diff is:", "body": "The diff is:", "path": "shop/cart.py", "line": 2}


def local_model(stage: Stage, path: Path, **more: str) -> None:
    """The bot uses the GGUF file at `path` in place of the scripted model."""
    others = {name: value for name, value in stage.server.settings.items() if "OPENAI" not in name}
    stage.server.settings = {**others, "LLAMA_MODEL": str(path), **more}


def check(stage: Stage, number: int) -> dict[str, Any]:
    """The check of the latest review."""
    return dict(stage.pull(number)["checks"][-1])


async def test_a_model_is_examined_once_for_all_reviews(stage: Stage) -> None:
    for _ in range(2):
        await stage.reviewed(await stage.open(LOOP))

    assert len(stage.model.controls) == 6


async def test_a_model_that_sees_bugs_everywhere_is_not_asked(unset_stage: Stage) -> None:
    stage = unset_stage
    stage.model.qualifies, stage.model.findings = False, [NONSENSE]
    await stage.start()
    number = await stage.open(LOOP)
    summary = await stage.reviewed(number)

    assert "the model `gpt-5-mini` (0 of 3) could not tell planted bugs from correct code" in summary
    assert "CONTROL_QUESTIONS=false" in summary
    assert "The diff is" not in summary
    assert (6, []) == (len(stage.model.controls), stage.model.asked)
    assert ("neutral", "Model not qualified: 1 of 1 file checked by rules; 0 findings") == (
        check(stage, number)["conclusion"],
        check(stage, number)["title"],
    )


async def test_a_question_to_a_model_that_cannot_answer_is_told_so(unset_stage: Stage) -> None:
    stage = unset_stage
    stage.model.qualifies = False
    await stage.start()
    number = await stage.open(LOOP)
    await stage.reviewed(number)
    await stage.say(number, "/ask Does this loop end?")
    await stage.until(lambda: len(stage.own(number)) > 1, "a reply")

    assert "could not tell planted bugs from correct code" in stage.own(number)[-1]
    assert [] == stage.model.asked


async def test_smollm2_reviews_nothing_and_says_why(unset_stage: Stage) -> None:
    local_model(unset_stage, SMOLLM2)
    await unset_stage.start()
    number = await unset_stage.open(LOOP)
    summary = await unset_stage.reviewed(number)

    assert "the model `SmolLM2-135M-Instruct.Q4_1` (0 of 3) could not tell planted bugs" in summary
    assert "No findings" in summary
    assert "neutral" == check(unset_stage, number)["conclusion"]


async def test_smollm2_posts_nothing_nonsensical_when_it_must_review(unset_stage: Stage) -> None:
    local_model(unset_stage, SMOLLM2, CONTROL_QUESTIONS="false", LLAMA_CONTEXT="4096")
    await unset_stage.start()
    number = await unset_stage.open(LOOP)
    summary = await unset_stage.reviewed(number)

    assert "No findings" in summary
    assert "The diff is" not in summary
    assert "0 of 1 file reviewed" in summary
    assert "success" != check(unset_stage, number)["conclusion"]


async def test_smollm2_knows_the_capital_through_the_whole_product(
    unset_stage: Stage, tmp_path: Path
) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(ROOT / "prompts", prompts)
    (prompts / "reply.md").write_text("{{ question }}", encoding="utf-8")
    (prompts / "system.md").write_text("Answer the question.", encoding="utf-8")
    local_model(
        unset_stage, SMOLLM2, CONTROL_QUESTIONS="false", LLAMA_CONTEXT="4096", PROMPTS_DIR=str(prompts)
    )
    unset_stage.write(".github/code-review-bot.yml", "on: []\n")
    await unset_stage.start()
    number = await unset_stage.open(LOOP)
    await unset_stage.say(number, "/ask What is the capital of France?")
    await unset_stage.until(lambda: unset_stage.own(number), "a reply")

    assert "Paris" in unset_stage.own(number)[-1]
