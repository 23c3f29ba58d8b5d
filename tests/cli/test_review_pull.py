"""`review-bot review --pull`: a pull request on GitHub is reviewed, and on request told so."""

import pytest

from tests.cli.conftest import Run
from tests.cli.github_scene import GitHubScene
from tests.stories.diffs import DOCS, LOOP
from tests.stories.stage import BOT

FOUND = {"path": "shop/cart.py", "line": 2, "end_line": 2}


def writes(town: GitHubScene) -> list[str]:
    """The calls that change something, but for the making of tokens."""
    reads = ("GET ", "POST /graphql")
    return [call for call in town.calls if not call.startswith(reads) and "access_tokens" not in call]


def test_a_pull_request_is_reviewed_and_left_alone(run: Run, town: GitHubScene) -> None:
    town.model.findings = [FOUND]
    url = town.open(LOOP, DOCS)
    ran = run("review", "--pull", url, "--json")

    assert 0 == ran.status
    assert ["docs/cart.md", "shop/cart.py"] == sorted(file["path"] for file in ran.json["files"])
    assert FOUND.items() <= ran.json["findings"][0].items()
    assert "gpt-5-mini" == ran.json["model"]
    assert [] == writes(town)


def test_the_review_is_posted_once_however_often(run: Run, town: GitHubScene) -> None:
    town.model.findings = [FOUND]
    url = town.open(LOOP)
    first, second = (run("review", "--pull", url, "--post", "--json") for _ in range(2))
    pull = town.pull()

    assert (0, 0) == (first.status, second.status)
    assert {"fetch", "load", "review", "post"} == set(first.json["timings"])
    assert [BOT] == [comment["user"] for comment in pull["comments"]]
    assert [("shop/cart.py", 2)] == [(comment["path"], comment["line"]) for comment in pull["inline"]]
    assert ["success"] == [check["conclusion"] for check in pull["checks"]]


def test_a_plain_token_will_do(run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GITHUB_APP_ID")
    monkeypatch.delenv("GITHUB_PRIVATE_KEY")
    monkeypatch.setenv("GITHUB_TOKEN", "a-token-of-somebody")
    ran = run("review", "--pull", town.open(LOOP), "--post")
    pull = town.pull()

    assert 0 == ran.status
    assert ["token-user"] == [comment["user"] for comment in pull["comments"]]
    assert [] == pull["checks"]


@pytest.mark.parametrize(
    "address",
    [
        "https://github.com/acme/shop/pull/1",
        "http://127.0.0.1:9/acme/shop/pull/1",
        "https://evil.example/acme/shop/pull/1",
        "http://{host}@evil.example/acme/shop/pull/1",
        "http://{host}.evil.example/acme/shop/pull/1",
    ],
)
def test_an_address_on_another_github_is_refused_and_nothing_is_asked(
    run: Run, town: GitHubScene, address: str
) -> None:
    town.open(LOOP)
    ran = run("review", "--pull", address.format(host=town.simulator.url.removeprefix("http://")), "--post")

    assert (1, "", 1) == (ran.status, ran.out, ran.err.count("\n"))
    assert "GITHUB_API_URL" in ran.err
    assert {} == town.calls
    assert [] == town.model.asked


@pytest.mark.parametrize("place", ["acme/shop/pull/99", "acme/nowhere/pull/1"])
def test_a_pull_request_that_is_not_there_is_named(run: Run, town: GitHubScene, place: str) -> None:
    town.open(LOOP)
    ran = run("review", "--pull", f"{town.simulator.url}/{place}")

    assert (1, 1) == (ran.status, ran.err.count("\n"))
    assert place.partition("/pull")[0] in ran.err


def test_private_code_is_not_sent_where_it_may_not_go(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRIVATE_LOCAL_ONLY", "true")
    monkeypatch.setenv("OPENAI_LOCAL", "false")
    ran = run("review", "--pull", town.open(LOOP, private=True))

    assert 1 == ran.status
    assert "PRIVATE_LOCAL_ONLY" in ran.err
    assert [] == town.model.asked


def test_without_credentials_it_says_which_to_set(
    run: Run, town: GitHubScene, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_APP_ID")
    ran = run("review", "--pull", town.open(LOOP))

    assert (1, 1) == (ran.status, ran.err.count("\n"))
    assert "no GitHub credentials" in ran.err
