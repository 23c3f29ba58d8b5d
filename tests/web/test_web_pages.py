"""Health, readiness and metrics."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from aiohttp.web import Application
from prometheus_client.parser import text_string_to_metric_families
from structlog.testing import capture_logs

from bot.core.change import PullRef
from bot.core.errors import Refused, Retry, SettingsError
from bot.core.jobs import Cause, JobState, Task
from bot.core.llm.engine_stats import EngineStats
from bot.core.llm.messages import FailureKind, Usage
from bot.engine import Store
from bot.review.ports import Metrics
from bot.web import PrometheusMetrics, serve
from bot.web import readiness as readiness_module
from tests.web.site import Site, site


async def fine() -> None:
    """A check that passes."""


async def hanging() -> None:
    """A check that never ends."""
    await asyncio.Event().wait()


def finding(error: Exception) -> Callable[[], Awaitable[None]]:
    async def check() -> None:
        raise error

    return check


async def test_the_server_says_that_it_is_alive_and_which_version(web: Site) -> None:
    answer = await web.get("/health")

    assert (answer.status, answer.body) == (200, {"status": "ok", "version": "1.2.3"})


async def test_it_is_alive_while_the_database_hangs(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness_module, "PATIENCE", 0.2)
    async with site(store, checks={"database": hanging}) as web:
        asking = asyncio.create_task(web.get("/ready"))
        assert (await web.get("/health")).status == 200
        assert (await asking).body["reasons"] == {"database": "no answer within 0.2 seconds"}


async def test_it_is_ready_when_every_check_is_in_order(store: Store) -> None:
    async with site(store, checks={"database": store.check, "modules": fine}) as web:
        answer = await web.get("/ready")

    assert (answer.status, answer.body) == (200, {"ready": True, "reasons": {}})


async def test_it_is_not_ready_and_says_why_by_the_name_of_each_check(store: Store) -> None:
    checks = {
        "database": store.check,
        "github": finding(Refused("the App's private key was refused: make a new one")),
        "model": finding(Retry("")),
        "modules": finding(ZeroDivisionError("secret details")),
    }
    with capture_logs() as logs:
        async with site(store, checks=checks) as web:
            answer = await web.get("/ready")

    assert answer.status == 503
    assert answer.body == {
        "ready": False,
        "reasons": {
            "github": "the App's private key was refused: make a new one",
            "model": "Retry",
            "modules": "internal error in this check; the operator can find the details in the log",
        },
    }
    assert [entry["check"] for entry in logs if entry["log_level"] == "error"] == ["modules"]


async def test_readiness_comes_when_what_was_missing_is_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readiness_module, "FRESH", 0.0)
    reasons = iter([Refused("not yet")])

    async def check() -> None:
        for reason in reasons:
            raise reason

    async with site(store, checks={"github": check}) as web:
        assert [(await web.get("/ready")).status for _ in range(2)] == [503, 200]


async def test_many_who_ask_at_once_cost_one_check(store: Store) -> None:
    asked: list[int] = []

    async def check() -> None:
        asked.append(1)

    async with site(store, checks={"database": check}) as web:
        await asyncio.gather(*(web.get("/ready") for _ in range(20)))

    assert len(asked) == 1


def _samples(text: str) -> dict[tuple[str, ...], float]:
    """Values by name and labels (in the order of the labels' names)."""
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {(one.name, *(one.labels[label] for label in sorted(one.labels))): one.value for one in samples}


async def test_metrics_count_deliveries_by_what_became_of_them(web: Site) -> None:
    await web.deliver(name="d-1")
    await web.deliver(name="d-1")
    await web.deliver(event="ping")
    await web.deliver(event="workflow_run")
    await web.deliver(secret="guess", event="made_up_to_fill_your_memory")
    await web.deliver(b"[]")

    answer = await web.get("/metrics")
    samples = _samples(answer.body)

    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    counted = {key[1:]: value for key, value in samples.items() if key[0] == "review_bot_deliveries_total"}
    assert counted == {
        ("pull_request", "stored"): 1,
        ("pull_request", "duplicate"): 1,
        ("ping", "pong"): 1,
        ("other", "ignored"): 1,
        ("unknown", "unsigned"): 1,
        ("unknown", "invalid"): 1,
    }


async def test_metrics_show_the_jobs_as_they_are(web: Site, store: Store) -> None:
    for number in (1, 2, 3):
        pull = PullRef(repository="o/r", number=number)
        await store.jobs.submit(Task(pull=pull, cause=Cause.PUSHED, head="a"))
    await store.jobs.claim("w", timedelta(seconds=30))

    samples = _samples((await web.get("/metrics")).body)

    assert samples["review_bot_jobs", "waiting"] == 2
    assert samples["review_bot_jobs", "running"] == 1
    assert samples["review_bot_jobs", "failed"] == 0


async def test_metrics_show_what_is_unread_and_which_models_rest(store: Store) -> None:
    metrics, resting = PrometheusMetrics(), [False]
    metrics.watch_model("gpt-5-mini", lambda: resting[0])
    async with site(store, metrics=metrics) as web:
        for name in ("a", "b", "c"):
            await web.deliver(name=name)
        await store.inbox.mark_read(["a"])
        before = _samples((await web.get("/metrics")).body)
        resting[0] = True
        after = _samples((await web.get("/metrics")).body)

    assert 2 == before["review_bot_deliveries_unread",]
    assert (0, 1) == tuple(seen["review_bot_model_resting", "gpt-5-mini"] for seen in (before, after))


async def test_metrics_show_how_busy_local_models_are_and_what_they_have_done(store: Store) -> None:
    loads = iter(
        [
            EngineStats(up=False, slots=0, busy=0, waiting=1),
            EngineStats(
                up=True,
                slots=4,
                busy=4,
                waiting=3,
                restarts=1,
                prompt_tokens=900,
                cached_tokens=300,
                answer_tokens=80,
                prompt_seconds=4.5,
                answer_seconds=16,
            ),
        ]
    )
    metrics = PrometheusMetrics()
    metrics.watch_local("coder", lambda: next(loads))
    async with site(store, metrics=metrics) as web:
        before = _samples((await web.get("/metrics")).body)
        after = _samples((await web.get("/metrics")).body)

    names = ("up", "slots", "busy", "waiting", "restarts_total")
    assert [0, 0, 0, 1, 0] == [before[f"review_bot_local_{name}", "coder"] for name in names]
    assert [1, 4, 4, 3, 1] == [after[f"review_bot_local_{name}", "coder"] for name in names]
    kinds = ("prompt", "cached", "answer")
    assert [900, 300, 80] == [after["review_bot_local_tokens_total", kind, "coder"] for kind in kinds]
    assert 4.5 == after["review_bot_local_seconds_total", "prompt", "coder"]
    assert 16 == after["review_bot_local_seconds_total", "answer", "coder"]
    assert ("review_bot_local_seconds_total", "answer", "coder") not in before


async def test_without_a_local_model_nothing_is_said_of_one(web: Site) -> None:
    assert "review_bot_local" not in (await web.get("/metrics")).body


async def test_a_database_that_is_away_hides_no_other_metric(
    web: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await web.deliver()
    await web.get("/metrics")
    monkeypatch.setattr(store.jobs, "counts", finding(Retry("locked")))

    samples = _samples((await web.get("/metrics")).body)

    assert samples["review_bot_deliveries_total", "pull_request", "stored"] == 1
    assert ("review_bot_jobs", "waiting") not in samples


async def test_metrics_show_what_the_journey_tells(store: Store) -> None:
    metrics = PrometheusMetrics()
    meter: Metrics = metrics
    meter.job(JobState.DONE)
    meter.review(12.5)
    meter.tokens("gpt-5-mini", Usage(prompt=900, answer=80))
    meter.tokens("gpt-5-mini", Usage(prompt=100, answer=20))
    meter.reused("gpt-5-mini")
    meter.failure("qwen", FailureKind.UNAVAILABLE)

    async with site(store, metrics=metrics) as web:
        samples = _samples((await web.get("/metrics")).body)

    assert samples["review_bot_jobs_ended_total", "done"] == 1
    assert samples["review_bot_review_seconds_sum",] == 12.5
    assert samples["review_bot_review_seconds_bucket", "10.0"] == 0
    assert samples["review_bot_review_seconds_bucket", "20.0"] == 1
    assert samples["review_bot_tokens_total", "prompt", "gpt-5-mini"] == 1000
    assert samples["review_bot_tokens_total", "answer", "gpt-5-mini"] == 100
    assert samples["review_bot_answers_reused_total", "gpt-5-mini"] == 1
    assert samples["review_bot_model_failures_total", "unavailable", "qwen"] == 1


async def test_two_applications_count_apart(store: Store) -> None:
    async with site(store) as one, site(store) as other:
        await one.deliver()
        text = (await other.get("/metrics")).body

    assert 'outcome="stored"' not in text


async def test_what_is_not_there_is_answered_as_json(web: Site) -> None:
    missing = await web.get("/webhooks/gitlab")
    wrong = await web.get("/webhooks/github")
    posted = await web.get("/health", method="POST")

    assert (missing.status, missing.body) == (404, {"error": "not found: /webhooks/gitlab"})
    assert (wrong.status, wrong.headers["Allow"]) == (405, "POST")
    assert wrong.body == {"error": "method GET is not allowed, only POST"}
    assert posted.status == 405


async def test_a_bug_is_logged_and_not_shown(
    web: Site, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store.jobs, "counts", finding(ZeroDivisionError("secret details")))

    with capture_logs() as logs:
        answer = await web.get("/metrics")

    assert (answer.status, answer.body) == (
        500,
        {"error": "internal error; the operator can find the details in the log"},
    )
    assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == ["request_crashed"]


async def test_the_log_names_a_delivery_and_never_its_body(web: Site) -> None:
    with capture_logs() as logs:
        await web.deliver(b'{"secret": "hunter2"}', name="d-7")
        await web.deliver(b'{"secret": "hunter2"}', name="d-8", secret="guess")
        await web.get("/health")

    first, second, third = logs
    assert (first["delivery"], first["github_event"], first["status"]) == ("d-7", "pull_request", 202)
    assert (second["status"], "delivery" in second) == (401, False)
    assert third["log_level"] == "debug"
    assert "hunter2" not in str(logs)


async def test_a_port_that_is_taken_is_named(web: Site) -> None:
    with pytest.raises(SettingsError, match=f"HOST and PORT: cannot listen on 127.0.0.1:{web.port}"):
        async with serve(Application(), "127.0.0.1", web.port):
            pass
