"""Servers of every dialect: a change is reviewed in the end, and what was learnt is kept across restarts."""

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.core.llm.dialect import Dialect
from bot.core.llm.messages import Enforcement, Model
from bot.models.chat.dialects import DialectFiles, RelearntDialects, assumed
from tests.models.reviews import FOUND, Reviews, found, missed
from tests.stories.dialects import DIALECTS, Objection, full_above, refusal, takes_not
from tests.stories.diffs import DOCS, LOOP
from tests.stories.scripted_model import ScriptedModel, scripted_model

BIG = "".join(
    f"diff --git a/big{nth}.py b/big{nth}.py\nnew file mode 100644\n--- /dev/null\n+++ b/big{nth}.py\n"
    "@@ -0,0 +1,120 @@\n" + "".join(f"+value_{nth}_{at} = compute({at}, {nth})\n" for at in range(120))
    for nth in range(2)
)


@pytest.mark.parametrize("name", DIALECTS)
async def test_what_a_server_objects_to_is_changed_and_kept(
    reviews: Reviews, name: str, tmp_path: Path
) -> None:
    objections, told = DIALECTS[name]
    files = DialectFiles(tmp_path / "cache" / "dialects")
    async with scripted_model() as model:
        model.objections, model.findings = list(objections), [FOUND]
        first, engine = await reviews.make(model.url, dialects=files)
        refused = model.refused
        await reviews.make(model.url, DOCS, dialects=files)

    assert (["PROBE"], []) == (found(first), missed(first))
    assert told == ", ".join(engine.learnt)
    assert 0 < refused == model.refused


async def test_nothing_is_learnt_where_nothing_is_objected_to(reviews: Reviews, tmp_path: Path) -> None:
    async with scripted_model() as model:
        _, engine = await reviews.make(model.url, dialects=DialectFiles(tmp_path / "dialects"))

    assert () == engine.learnt
    assert not (tmp_path / "dialects").exists()


async def test_a_server_that_changes_its_mind_is_followed(reviews: Reviews, tmp_path: Path) -> None:
    files = DialectFiles(tmp_path / "dialects")
    async with scripted_model() as model:
        model.objections = [takes_not("max_tokens", "use max_completion_tokens instead of max_tokens")]
        await reviews.make(model.url, dialects=files)
        model.objections = [takes_not("max_completion_tokens", "max_completion_tokens: unknown field")]
        verdict, engine = await reviews.make(model.url, DOCS, dialects=files)

        assert ([], ()) == (missed(verdict), engine.learnt)
        assert files.read(model.url, "some-model") is None


async def test_lessons_are_of_one_model_at_one_server_and_grow_old(tmp_path: Path) -> None:
    lesson = Dialect(omitted=("temperature",))
    files, old = DialectFiles(tmp_path / "dialects"), DialectFiles(tmp_path / "dialects", kept=0)
    files.write("https://a.example/v1", "m", lesson)

    known = [files.read(server, model) for server in ("https://a.example/v1", "b") for model in ("m", "n")]

    assert [lesson, None, None, None] == known
    assert old.read("https://a.example/v1", "m") is None


@pytest.mark.parametrize("contents", [b"", b"{", b"[]", b'{"dialect": {"tongue": 1}}', b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_no_lesson(tmp_path: Path, contents: bytes) -> None:
    files = DialectFiles(tmp_path)
    files.write("s", "m", Dialect())
    [path] = tmp_path.iterdir()
    path.write_bytes(contents)

    assert files.read("s", "m") is None


def test_lessons_that_cannot_be_kept_harm_nobody(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    DialectFiles(tmp_path / "file" / "dialects").write("s", "m", Dialect())


def test_the_cache_stays_private(tmp_path: Path) -> None:
    DialectFiles(tmp_path / "cache" / "dialects").write("s", "m", Dialect())

    assert 0 == (tmp_path / "cache").stat().st_mode & 0o077


def test_whoever_asks_anew_believes_nothing(tmp_path: Path) -> None:
    files = DialectFiles(tmp_path)
    files.write("s", "m", Dialect(system=False))

    assert RelearntDialects(files).read("s", "m") is None
    assert files.read("s", "m") is None


@pytest.mark.parametrize(
    ("name", "reasons"),
    [
        ("o1", True),
        ("o3-mini", True),
        ("gpt-5", True),
        ("GPT-5-mini", True),
        ("gpt-5.1-codex", True),
        ("gpt-10", True),
        ("openai/o3", True),
        ("gpt-4o", False),
        ("gpt-4.1-mini", False),
        ("gpt-3.5-turbo", False),
        ("gpt-oss-20b", False),
        ("olmo-2", False),
        ("openchat", False),
        ("o", False),
        ("qwen/qwen3-8b", False),
        ("gpt-99999999999", False),
    ],
)
def test_reasoning_models_are_told_by_their_name(name: str, *, reasons: bool) -> None:
    dialect = assumed(Model(name=name, context=8192, answer=512))

    assert ("max_completion_tokens" if reasons else "max_tokens") == dialect.limit
    assert (("temperature",) if reasons else ()) == dialect.omitted


# ── a context that is full, in words that nobody knows ──────────────────────────────────────────────


def _wordless(characters: int) -> Objection:
    return full_above(characters, "Das ist mir zu viel.")


def _chunks(model: ScriptedModel) -> list[dict[str, Any]]:
    """The questions about parts of the diff."""
    return [body for body in model.asked if "compute(" in str(body["messages"])]


async def test_a_long_question_that_is_refused_without_a_word_is_asked_in_halves(reviews: Reviews) -> None:
    async with scripted_model() as model:
        model.objections = [_wordless(13_000)]
        verdict, _ = await reviews.make(model.url, BIG, enforcement=Enforcement.PROMPT)

    assert [] == missed(verdict)
    assert model.refused == 1


async def test_a_server_that_refuses_everything_is_not_asked_for_ever(reviews: Reviews) -> None:
    """Once with less JSON, once in halves: then its words are what is told."""
    async with scripted_model() as model:
        model.objections = [lambda _: refusal("Das geht heute nicht.")]
        verdict, _ = await reviews.make(model.url, BIG)

    assert all("Das geht heute nicht." in why for why in missed(verdict))
    assert len(model.asked) <= 2 * 2 * 3


async def test_a_server_that_objects_to_whatever_it_gets_is_given_up(reviews: Reviews) -> None:
    def objects(body: dict[str, Any]) -> web.Response:
        names = [name for name in body if name not in ("model", "messages")] or ["messages"]
        return refusal(f"{names[-1]} is not permitted, nor is temperature, nor max_tokens 100 at most")

    async with scripted_model() as model:
        model.objections = [objects]
        verdict, _ = await reviews.make(model.url)

    assert len(missed(verdict)) == 1
    assert len(model.asked) <= 12


async def test_many_questions_at_once_learn_the_same(reviews: Reviews) -> None:
    objections, told = DIALECTS["everything at once"]
    async with scripted_model() as model:
        model.objections = list(objections)
        made = await asyncio.gather(*(reviews.make(model.url, diff) for diff in (LOOP, DOCS, BIG)))

    assert all([] == missed(verdict) for verdict, _ in made)
    assert {told} == {", ".join(engine.learnt) for _, engine in made}


async def test_a_lesson_is_no_secret(reviews: Reviews, tmp_path: Path) -> None:
    async with scripted_model() as model:
        model.objections = [takes_not("temperature", "temperature is not permitted")]
        url = model.url.replace("://", "://user:hunter2@")
        await reviews.make(url, dialects=DialectFiles(tmp_path / "dialects"))
    [path] = (tmp_path / "dialects").iterdir()

    assert "hunter2" not in path.read_text()
    assert ["temperature"] == json.loads(path.read_text())["dialect"]["omitted"]
