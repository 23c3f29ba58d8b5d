"""Control questions: who tells planted bugs from correct code may review, who cannot is not asked."""

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import EngineFailure
from bot.core.llm.messages import Completion, Finish, Message, Model, Request, Role, Usage
from bot.models.qualification import Examiner, QualificationFiles, files
from bot.models.qualification.questions import PAIRS, ControlPair
from bot.models.routing import Route, Router

REVIEW = Request(id="chunk/1", messages=(Message(role=Role.USER, text="?"),), answer=64)
DOWN = EngineFailure("unavailable", "it is down")

Answer = Callable[[ControlPair, bool], object]


class Examinee:
    """A model that answers control questions with `answer`, and every other one with its name."""

    kind = "openai"
    local = True

    def __init__(self, answer: Answer, name: str = "m", version: str = "1") -> None:
        self.model = Model(name=name, context=4096, answer=512, version=version)
        self.answer = answer
        self.asked: list[str] = []
        self.is_down = False

    def count(self, text: str) -> int:
        return len(text)

    async def complete(self, request: Request) -> Completion:
        if self.is_down:
            raise DOWN
        self.asked.append(request.id)
        await asyncio.sleep(0)
        said: object = self.model.name
        if request.id.startswith("control/"):
            _, number, kind = request.id.split("/")
            said = self.answer(PAIRS[int(number) - 1], kind == "planted")
        if isinstance(said, Exception):
            raise said
        text = said if isinstance(said, str) else json.dumps(said)
        return Completion(
            text=text, finish=Finish.STOP, usage=Usage(prompt=1, answer=1), model=self.model.name
        )


def sees(pair: ControlPair, planted: bool) -> dict[str, Any]:
    return {"reason": "r", "defect": planted, "line": pair.line if planted else 0}


def always(pair: ControlPair, _planted: bool) -> dict[str, Any]:
    return {"reason": "r", "defect": True, "line": pair.line}


def never(_pair: ControlPair, _planted: bool) -> dict[str, Any]:
    return {"reason": "r", "defect": False, "line": 0}


def sees_but_where(_pair: ControlPair, planted: bool) -> dict[str, Any]:
    return {"reason": "r", "defect": planted, "line": 1}


def misses_one(pair: ControlPair, planted: bool) -> dict[str, Any]:
    return sees(pair, planted and pair is not PAIRS[0])


def misses_two(pair: ControlPair, planted: bool) -> dict[str, Any]:
    return sees(pair, planted and pair is PAIRS[0])


@pytest.fixture
def examiner(tmp_path: Path) -> Examiner:
    return Examiner(QualificationFiles(tmp_path / "qualifications"))


@pytest.mark.parametrize(
    ("answer", "right"),
    [(sees, 3), (misses_one, 2), (misses_two, 1), (always, 0), (never, 0), (sees_but_where, 0)],
)
async def test_a_model_passes_if_it_tells_most_bugs_from_correct_code(
    examiner: Examiner, answer: Answer, right: int
) -> None:
    result = await examiner.qualification(Examinee(answer))

    assert (right, right >= 2) == (result.right, result.passed)


@pytest.mark.parametrize(
    "said",
    ["", "no", "[]", "}{", '{"line": 3}', '{"reason": "r", "defect": "yes", "line": {}}', "\ud800"]
    + [EngineFailure(kind, "?") for kind in ("invalid", "context")],
    ids=str,
)
async def test_what_cannot_be_read_is_wrong(examiner: Examiner, said: object) -> None:
    assert (await examiner.qualification(Examinee(lambda *_: said))).right == 0


@pytest.mark.parametrize(
    "shown", ["```json\n{}\n```", "Let me see. {} That is all.", " {} "], ids=["fence", "prose", "blanks"]
)
async def test_an_answer_of_a_server_that_enforces_no_schema_is_read(examiner: Examiner, shown: str) -> None:
    def answer(pair: ControlPair, planted: bool) -> str:
        said = {**sees(pair, planted), "severity": "major"}
        return shown.replace("{}", json.dumps(said))

    assert (await examiner.qualification(Examinee(answer))).passed


def test_a_model_that_reasons_first_has_its_whole_room() -> None:
    model = Model(name="m", context=40_000, answer=8192)

    assert PAIRS[0].question(1, planted=True, model=model).answer == 8192


@pytest.mark.parametrize("failure", [DOWN, EngineFailure("refused", "no such model")], ids=str)
async def test_a_model_that_cannot_be_asked_is_asked_the_next_time(
    examiner: Examiner, failure: EngineFailure
) -> None:
    model = Examinee(lambda *_: failure)
    with pytest.raises(EngineFailure, match=str(failure)):
        await examiner.qualification(model)
    model.answer = sees

    assert (await examiner.qualification(model)).passed


async def test_a_model_is_asked_once_whoever_wants_to_know(examiner: Examiner) -> None:
    model = Examinee(sees)
    await asyncio.gather(*(examiner.qualification(model) for _ in range(5)))

    assert len(model.asked) == 2 * len(PAIRS)


async def test_another_version_is_asked_again(examiner: Examiner) -> None:
    await examiner.qualification(Examinee(always))

    assert (await examiner.qualification(Examinee(sees, version="2"))).passed
    assert not (await examiner.qualification(Examinee(sees))).passed  # the first one's result is kept


@pytest.mark.parametrize(("answer", "kept"), [(sees, files.PASSED), (always, files.FAILED)])
async def test_a_result_is_kept_for_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, answer: Answer, kept: float
) -> None:
    store, now = QualificationFiles(tmp_path), time.time()
    result = await Examiner(store).qualification(Examinee(answer))
    monkeypatch.setattr(time, "time", lambda: now + kept - 60)
    assert result == store.read("m", "1")
    monkeypatch.setattr(time, "time", lambda: now + kept + 60)

    assert store.read("m", "1") is None


def test_a_damaged_file_counts_as_none(tmp_path: Path) -> None:
    store = QualificationFiles(tmp_path)
    store._path("m", "1").write_bytes(b"\x00{")

    assert store.read("m", "1") is None


async def test_where_nothing_can_be_stored_the_result_still_holds(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    assert (await Examiner(QualificationFiles(tmp_path / "file")).qualification(Examinee(sees))).passed


async def test_a_review_goes_to_the_first_model_that_passed(examiner: Examiner) -> None:
    models = [Examinee(always, "weak"), Examinee(never, "weaker"), Examinee(sees, "strong")]
    route = Route(models, examiner)
    failed = await route.qualify()

    assert ["weak", "weaker"] == [result.model for result in failed]
    assert ["strong"] == [engine.model.name for engine in route.engines]
    assert (await route.complete(REVIEW))[1].text == "strong"


async def test_when_none_passed_there_is_nobody_to_ask(examiner: Examiner) -> None:
    route = Router([Examinee(always)], private_local_only=False, examiner=examiner).route(private=False)
    assert route
    await route.qualify()

    assert [] == list(route.engines)


async def test_a_weak_fallback_is_not_asked_in_place_of_a_model_that_is_down(examiner: Examiner) -> None:
    strong, weak = Examinee(sees, "strong"), Examinee(always, "weak")
    route = Route([strong, weak], examiner)
    assert [] == await route.qualify()

    strong.is_down = True
    with pytest.raises(EngineFailure, match="it is down; weak passed only 0 of 3") as caught:
        await route.complete(REVIEW)

    assert (caught.value.kind, "chunk/1" in weak.asked) == ("unavailable", False)


async def test_a_model_that_is_down_at_first_is_examined_before_its_first_answer(examiner: Examiner) -> None:
    model = Examinee(lambda *_: DOWN)
    route = Route([model], examiner)
    assert [] == await route.qualify()
    model.answer = always

    with pytest.raises(EngineFailure, match="m passed only 0 of 3 control questions"):
        await route.complete(REVIEW)
    assert "chunk/1" not in model.asked


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.language)
def test_a_twin_differs_in_the_planted_line_alone(pair: ControlPair) -> None:
    model = Model(name="m", context=4096, answer=512)
    planted, correct = (
        pair.question(1, planted=kind, model=model).messages[1].text for kind in (True, False)
    )
    [(bug, repaired)] = [
        (a, b) for a, b in zip(planted.splitlines(), correct.splitlines(), strict=True) if a != b
    ]

    assert (pair.planted in bug, pair.correct in repaired) == (True, True)
    assert bug.split()[0] == repaired.split()[0] == str(pair.line)
