"""The doctor asks the configured models."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene
from tests.gguf_models import make_model
from tests.stories.dialects import BOUNDS, no_keywords, no_system, takes_not
from tests.stories.diffs import LOOP


def test_a_key_that_the_model_s_server_refuses_is_told_but_not_shown(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = "sesame-open-0123456789"
    error = {"error": {"message": f"Incorrect API key provided: {key}.", "code": "invalid_api_key"}}
    town.model.respond = lambda _: web.json_response(error, status=401)
    monkeypatch.setenv("OPENAI_API_KEY", key)
    ran = run("doctor", "--json")
    told = ran.found("model openai")

    assert (1, "problem") == (ran.status, told["status"])
    assert "key" in told["message"]
    assert key not in ran.out


def test_a_model_that_the_server_does_not_have_is_told(run: Run, town: GitHubScene) -> None:
    error = {"error": {"message": "The model `gpt-5-mini` does not exist", "code": "model_not_found"}}
    town.model.respond = lambda _: web.json_response(error, status=404)
    told = run("doctor", "--json").found("model openai")

    assert "problem" == told["status"]
    assert "does not exist" in told["message"]
    assert "OPENAI_MODEL" in told["message"]


def test_a_server_that_is_away_is_told(run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("OPENAI_TIMEOUT", "0.5")
    told = run("doctor", "--json").found("model openai")

    assert "problem" == told["status"]
    assert "127.0.0.1:9 cannot be reached" in told["message"]


def test_a_server_that_takes_no_schemas_is_told(run: Run, town: GitHubScene) -> None:
    def respond(body: dict[str, Any]) -> web.Response | str:
        if body.get("response_format", {}).get("type") == "json_schema":
            error = {"error": {"message": "Unsupported parameter: response_format.json_schema"}}
            return web.json_response(error, status=400)
        return '{"prime": true}'

    town.model.respond = respond
    told = run("doctor", "--json").found("model openai")

    assert "ok" == told["status"]
    assert "OPENAI_ENFORCEMENT=object" in told["message"]


def test_what_a_server_taught_is_told_and_renewed(run: Run, town: GitHubScene) -> None:
    town.model.objections = [
        takes_not("max_completion_tokens", "max_completion_tokens is not permitted"),
        no_system,
        no_keywords(BOUNDS, "schema: {} is not supported"),
    ]
    told = run("doctor", "--json").found("model openai")
    asked = len(town.model.asked)
    run("review", "--diff", "-", "--json", stdin=LOOP.encode())
    refused = town.model.refused
    town.model.objections = []
    after = run("doctor", "--json").found("model openai")

    assert "ok" == told["status"]
    learnt = "uses max_tokens, schemas without maxItems, maxLength, maximum, minimum, no system role"
    assert f"; requests were adapted: {learnt}" in told["message"]
    assert (asked - 1, "ok") == (refused, after["status"])
    assert "adapted" not in after["message"]


@pytest.mark.parametrize("said", ["Seven is prime.", '{"answer": 7}', "[true]"])
def test_a_model_that_does_not_keep_to_the_form_is_told(run: Run, town: GitHubScene, said: str) -> None:
    town.model.respond = lambda _: said
    ran = run("doctor", "--json")
    told = ran.found("model openai")

    assert (0, "warning") == (ran.status, told["status"])
    assert "not with the requested JSON" in told["message"]


def test_a_context_without_room_for_the_prompts_is_told(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_MODEL", "some-model")  # whose tokens are not counted exactly
    monkeypatch.setenv("OPENAI_CONTEXT", "2048")
    told = run("doctor", "--json").found("model openai")

    assert "problem" == told["status"]
    assert "is too small" in told["message"]


def test_private_code_that_no_model_may_see_is_told(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVATE_LOCAL_ONLY", "true")
    monkeypatch.setenv("OPENAI_LOCAL", "false")
    told = run("doctor", "--json").found("model openai")

    assert "warning" == told["status"]
    assert "PRIVATE_LOCAL_ONLY" in told["message"]


def test_a_model_that_the_order_leaves_out_is_told(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODEL_ORDER", "llama")
    ran = run("doctor", "--json")

    assert "MODEL_ORDER leaves out openai" in ran.found("models")["message"]
    assert [] == town.model.asked


def test_a_gguf_model_answers_through_wasi_nn(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model = make_model(tmp_path / "tiny.gguf", context=16_384)
    monkeypatch.setenv("LLAMA_MODEL", str(model))
    monkeypatch.setenv("LLAMA_CONTEXT", "16384")
    ran = run("doctor", "--json")
    told = [check for check in ran.json["checks"] if check["name"] == "model llama"]

    assert ["ok", "ok", "problem"] == [check["status"] for check in told], told
    assert "tiny answered in" in told[0]["message"]
    assert "16320 tokens of context" in told[1]["message"]
    assert "in only 0 of 3 control questions, so reviews do not use it" in told[2]["message"]  # it is random


def test_a_model_that_tells_bugs_from_correct_code_is_told(run: Run, town: GitHubScene) -> None:
    messages = [check["message"] for check in run("doctor", "--json").json["checks"]]

    assert messages[-1] == "tells planted bugs from correct code in 3 of 3 control questions"


def test_a_model_that_sees_bugs_everywhere_is_a_problem_each_time(run: Run, town: GitHubScene) -> None:
    town.model.qualifies = False
    first, again = run("doctor"), run("doctor")
    town.model.qualifies = True

    assert (1, 1, 0) == (first.status, again.status, run("doctor").status)
    assert "gpt-5-mini tells planted bugs from correct code in only 0 of 3" in again.out
    assert len(town.model.controls) == 18


def test_who_asks_no_control_questions_is_warned(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTROL_QUESTIONS", "false")

    assert "not asked the control questions (CONTROL_QUESTIONS=false)" in run("doctor").out
    assert [] == town.model.controls


@pytest.mark.parametrize("contents", [b"not a model", b"GGUF" + b"\xff" * 5000])
def test_a_gguf_file_that_is_none_is_told(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, contents: bytes
) -> None:
    (tmp_path / "broken.gguf").write_bytes(contents)
    monkeypatch.setenv("LLAMA_MODEL", str(tmp_path / "broken.gguf"))
    ran = run("doctor", "--json")
    told = ran.found("model llama")

    assert (1, "problem") == (ran.status, told["status"])
    assert "LLAMA_MODEL" in told["message"]
