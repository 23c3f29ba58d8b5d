"""A review that was made is made again: the same bytes, or by other models and prompts."""

import asyncio
import json
import shutil
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.app.engines import engines
from bot.app.function import review_function, review_settings
from bot.core.change import Change, PullRef
from bot.core.diff import parse_diff
from bot.core.jobs import Cause
from bot.core.records import ExportedReview, ReviewRecord, Transcript
from bot.core.review import Severity
from bot.engine import connect
from bot.models.routing import Router
from bot.review.produce.options import ReviewOptions
from bot.review.produce.reviewer import Reviewer, ReviewOutcome
from bot.sandbox import Sandbox
from bot.settings import load
from bot.web import PrometheusMetrics
from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene
from tests.stories.diffs import DOCS, LOOP

PULL = PullRef(repository="acme/shop", number=7)
HEAD = "a" * 40
FOUND = {"path": "shop/cart.py", "line": 2, "end_line": 2}
CHANGE = Change(repository="acme/shop", number=7, title="Change", head=HEAD, files=parse_diff(LOOP + DOCS))
PROMPTS = Path(__file__).parent.parent.parent / "prompts"


async def _made(private: bool = False) -> int:
    """Reviews as a server with these settings would, and keeps it; the record's number."""
    settings = load()
    sandbox = Sandbox(settings.cache_dir)
    async with await connect(settings.database) as store, engines(settings, sandbox) as models:
        router = Router(models, private_local_only=False)
        function = review_function(settings, sandbox)
        reviewer = Reviewer(function, router, store.journal, store.ledger, PrometheusMetrics())
        options = ReviewOptions(settings=review_settings(settings), job="1", private=private)
        verdict = await reviewer.review(CHANGE, options, PULL)
        record = await store.records.save(_record(verdict), CHANGE, verdict.transcript)
    assert record.id
    return record.id


def _record(verdict: ReviewOutcome) -> ReviewRecord:
    return ReviewRecord(
        pull=PULL,
        head=HEAD,
        cause=Cause.OPENED,
        review=verdict.review,
        model=verdict.model,
        usage=verdict.tally.usage,
        created=datetime.now(UTC),
    )


def make(**words: bool) -> str:
    return str(asyncio.run(_made(**words)))


def edited(run: Run, file: Path, **transcript: object) -> str:
    """The review in a file, where somebody has changed what it was made from."""
    assert 0 == run("replay", "1", "--export", str(file)).status
    kept = ExportedReview.model_validate_json(file.read_bytes())
    changed = Transcript.model_validate(kept.transcript.model_dump() | transcript)
    file.write_text(kept.model_copy(update={"transcript": changed}).model_dump_json(), encoding="utf-8")
    return str(file)


@pytest.fixture
def reviewed(town: GitHubScene) -> GitHubScene:
    """A review with a finding of the model is in the database, as number 1."""
    town.model.findings = [FOUND]
    assert "1" == make()
    return town


def test_a_review_is_made_again_byte_for_byte_and_nobody_is_asked(
    run: Run, reviewed: GitHubScene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked, file = len(reviewed.model.asked), str(tmp_path / "kept.json")
    monkeypatch.delenv("OPENAI_BASE_URL")
    exported = run("replay", "1", "--export", file)
    said = {run("replay", name).out for name in ("1", "acme/shop#7", file)}

    assert 0 == exported.status
    assert 1 == len(said)
    assert said.pop().startswith("identical (sha256 ")
    assert asked == len(reviewed.model.asked)


def test_a_review_without_a_model_is_made_again(run: Run) -> None:
    make()
    ran = run("replay", "1", "--json")

    assert (0, True) == (ran.status, ran.json["same"])
    assert {"record", "pull", "head", "modules", "same", "sha256"} == set(ran.json)


def test_a_review_whose_model_failed_is_made_again(run: Run, town: GitHubScene) -> None:
    town.model.respond = lambda _: "no JSON"
    make()

    assert 0 == run("replay", "1").status


def test_what_differs_is_told(run: Run, reviewed: GitHubScene, tmp_path: Path) -> None:
    """Somebody has raised the threshold since."""
    file = tmp_path / "kept.json"
    settings = ExportedReview.model_validate_json(_export(run, file)).transcript.settings
    name = edited(
        run, file, settings=settings.model_copy(update={"threshold": Severity.CRITICAL}).model_dump()
    )
    ran, told = run("replay", name), run("replay", name, "--json").json

    assert 1 == ran.status
    assert "Not identical" in ran.out
    assert "- shop/cart.py:2 major: Fails on an empty list" in ran.out
    assert (False, ["Fails on an empty list"]) == (told["same"], [one["title"] for one in told["gone"]])
    assert "findings" in told["fields"]


def _export(run: Run, file: Path) -> bytes:
    assert 0 == run("replay", "1", "--export", str(file)).status
    return file.read_bytes()


def test_another_function_is_named_even_where_it_says_the_same(
    run: Run, reviewed: GitHubScene, tmp_path: Path
) -> None:
    ran = run("replay", edited(run, tmp_path / "kept.json", module="e" * 64))

    assert 0 == ran.status
    assert "The review function has changed: eeeeeeeeeeee then" in ran.out


def test_answers_that_are_missing_are_told(run: Run, reviewed: GitHubScene, tmp_path: Path) -> None:
    ran = run("replay", edited(run, tmp_path / "kept.json", exchanges=()))

    assert 1 == ran.status
    assert "makes requests that the stored review does not answer: " in ran.out


def test_counts_are_told_again_whoever_counts_now(run: Run, reviewed: GitHubScene, tmp_path: Path) -> None:
    """A model's own tokenizer need not be here."""
    file = tmp_path / "kept.json"
    told = ExportedReview.model_validate_json(_export(run, file)).transcript
    assert told.counts
    assert told.settings.model
    model = told.settings.model.model_copy(update={"name": "own-tokenizer"})
    settings = told.settings.model_copy(update={"model": model}).model_dump()

    assert 0 == run("replay", edited(run, file, settings=settings)).status


def test_an_export_is_private(run: Run, reviewed: GitHubScene, tmp_path: Path) -> None:
    file = tmp_path / "kept.json"
    _export(run, file)

    assert 0o600 == stat.S_IMODE(file.stat().st_mode)


def test_the_same_question_is_not_asked_anew(run: Run, reviewed: GitHubScene) -> None:
    asked = len(reviewed.model.asked)
    ran = run("replay", "1", "--model", "openai", "--json")

    assert 0 == ran.status
    assert ran.json["before"]["sha256"] == ran.json["after"]["sha256"]
    assert (0, asked) == (ran.json["after"]["requests"], ran.json["after"]["reused"])
    assert asked == len(reviewed.model.asked)


def test_other_prompts_are_asked_anew_and_the_difference_is_shown(
    run: Run, reviewed: GitHubScene, tmp_path: Path
) -> None:
    prompts = tmp_path / "prompts"
    shutil.copytree(PROMPTS, prompts)
    chunk = prompts / "chunk.md"
    chunk.write_text(chunk.read_text(encoding="utf-8") + "\nBe bold.\n", encoding="utf-8")
    asked = len(reviewed.model.asked)
    reviewed.model.findings = [
        FOUND | {"severity": "critical"},
        FOUND | {"line": 3, "end_line": 3, "title": "Copies the list"},
    ]
    ran = run("replay", "1", "--prompts", str(prompts), "--diff-against")

    assert 0 == ran.status
    assert len(reviewed.model.asked) > asked
    assert "+ shop/cart.py:3 major: Copies the list" in ran.out
    assert "~ shop/cart.py:2 major: Fails on an empty list" in ran.out
    assert "severity: major → critical" in ran.out
    assert "gpt-5-mini, 2 findings" in ran.out


def test_without_a_difference_the_new_review_is_shown(run: Run, reviewed: GitHubScene) -> None:
    ran = run("replay", "acme/shop#7", "--model", "none")

    assert 0 == ran.status
    assert "No model is configured" in ran.out


def test_no_model_finds_what_the_rules_find(run: Run, reviewed: GitHubScene) -> None:
    told = run("replay", "1", "--model", "none", "--json").json

    assert ["Fails on an empty list"] == [one["title"] for one in told["gone"]]
    assert (None, 0) == (told["after"]["model"], told["after"]["requests"])
    assert told["text"].startswith("--- before\n+++ after\n")


def test_private_code_is_not_shown_to_a_model_that_may_not_see_it(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(private=True)
    monkeypatch.setenv("OPENAI_LOCAL", "false")
    monkeypatch.setenv("PRIVATE_LOCAL_ONLY", "true")
    ran = run("replay", "1", "--model", "openai")

    assert 1 == ran.status
    assert "this repository is private" in ran.err


def test_a_review_that_kept_no_transcript_cannot_be_made_again(run: Run) -> None:
    async def save() -> None:
        settings = load()
        async with await connect(settings.database) as store:
            review = {"purpose": "So it is.", "effort": 1}
            values = {"pull": PULL, "head": HEAD, "cause": "opened", "review": review}
            await store.records.save(
                ReviewRecord.model_validate(values | {"created": datetime.now(UTC)}), CHANGE
            )

    asyncio.run(save())
    ran = run("replay", "1")

    assert (1, 1) == (ran.status, ran.err.count("\n"))
    assert "review 1 cannot be replayed" in ran.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("99",), "there is no review 99 in the database"),
        (("acme/shop#99",), "there is no review acme/shop#99 in the database"),
        (("nowhere.json",), "nowhere.json: No such file or directory; specify a review number"),
        (("broken.json",), "broken.json was not written by --export"),
        (("1", "--model", "llama"), "--model llama: no such model is configured; set LLAMA_MODEL"),
        (("1", "--model", "openai"), "--model openai: no such model is configured; set OPENAI_API_KEY"),
        (("1", "--prompts", "."), "no template (*.md) found"),
        (("1", "--export", "no/where"), "--export no/where: No such file or directory"),
    ],
)
def test_bad_input_is_told_in_one_line(run: Run, tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    make()
    (tmp_path / "broken.json").write_text(json.dumps({"record": 1}), encoding="utf-8")
    ran = run("replay", *words)

    assert (1, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert told in ran.err


def test_no_database_is_made_to_look_into_it(run: Run, tmp_path: Path) -> None:
    ran = run("replay", "1")

    assert (1, 1) == (ran.status, ran.err.count("\n"))
    assert f"the database {tmp_path / 'bot.db'} does not exist" in ran.err
    assert not (tmp_path / "bot.db").exists()
