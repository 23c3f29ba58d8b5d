"""Access checks, with GitHub's messages."""

import re
from datetime import UTC, datetime, timedelta

import httpx
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from githubkit import AppAuthStrategy, GitHub
from githubkit.cache import MemCacheStrategy

from github_simulator import Simulator, served
from tests.github_simulator.conftest import Town

COMMENTS = "/repos/acme/shop/issues/1/comments"
UNREADABLE = "A JSON web token could not be decoded"


def words(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["message"]


@pytest.mark.parametrize(
    ("claims", "status", "message"),
    [
        ({"exp": 1}, 401, "'Expiration time' claim ('exp') must be a numeric value"),
        ({"exp": 2**40}, 401, "'Expiration time' claim ('exp') is too far in the future"),
        ({"iat": 2**40}, 401, "'Issued at' claim ('iat') must be an Integer"),
        ({"iss": None}, 401, "Missing 'issuer' claim ('iss') in assertion"),
        ({"iss": "2"}, 404, "Integration not found"),
    ],
)
async def test_an_app_must_come_with_right_claims(
    town: Town, claims: dict[str, object], status: int, message: str
) -> None:
    answer = await (await town.as_app(**claims)).get("/app")
    assert answer.status_code == status
    assert answer.json()["message"].startswith(message)


async def test_an_app_must_come_with_its_own_key(town: Town) -> None:
    stranger = rsa.generate_private_key(65537, 2048)
    claims = jwt.decode(town.sign(), options={"verify_signature": False})
    for token in (jwt.encode(claims, stranger, algorithm="RS256"), jwt.encode(claims, "k" * 32), "ey.ey.ey"):
        answer = await (await town.client(f"Bearer {token}")).get("/app")
        assert words(answer) == (401, UNREADABLE)
    assert words(await (await town.as_user()).get("/app")) == (401, UNREADABLE)
    assert words(await (await town.as_app()).get("/user")) == (401, "Bad credentials")


async def test_installation_tokens_are_long_expire_and_can_be_narrowed_only(town: Town) -> None:
    await town.open()
    app = await town.as_app()
    where = (
        f"/app/installations/{(await app.get('/repos/acme/shop/installation')).json()['id']}/access_tokens"
    )
    minted = (await app.post(where)).json()
    assert re.fullmatch(r"ghs_1_[\w-]+\.[\w-]+\.[\w-]{80,}", minted["token"])
    expires = datetime.fromisoformat(minted["expires_at"])
    assert timedelta(minutes=59) < expires - datetime.now(UTC) <= timedelta(hours=1)
    refused = await app.post(where, json={"permissions": {"administration": "write"}})
    assert words(refused) == (422, "The permissions requested are not granted to this installation.")
    assert words(await app.post("/app/installations/1/access_tokens")) == (404, "Not Found")


async def test_a_token_is_refused_when_its_hour_is_over() -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC)
    simulator = Simulator(clock=lambda: now)
    repository = simulator.world.add_repository("acme/shop", private=True)
    token = simulator.world.mint(simulator.world.installation_of(repository.owner))
    headers = {"Authorization": f"Bearer {token.text}"}
    async with served(simulator) as url, httpx.AsyncClient(headers=headers, timeout=60) as client:
        assert (await client.get(f"{url}/repos/acme/shop")).status_code == 200
        now += timedelta(hours=1)
        assert words(await client.get(f"{url}/repos/acme/shop")) == (401, "Bad credentials")


async def test_a_revoked_token_is_refused(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    assert (await client.get("/repos/acme/shop")).status_code == 200
    assert (await client.post("/_simulator/tokens/revoke")).json() == {"revoked": 1}
    assert words(await client.get("/repos/acme/shop")) == (401, "Bad credentials")


async def test_nobody_reads_what_is_public_and_writes_nothing(town: Town) -> None:
    await town.open()
    nobody = await town.client()
    assert (await nobody.get("/repos/acme/shop/pulls/1")).status_code == 200
    assert words(await nobody.post(COMMENTS, json={"body": "x"})) == (401, "Requires authentication")
    assert words(await nobody.get("/user")) == (401, "Requires authentication")


async def test_what_is_private_is_not_there_for_others(town: Town) -> None:
    await town.open(private=True)
    town.simulator.add_token("ghp_stranger", "stranger")
    for client in (await town.client(), await town.client("Bearer ghp_stranger")):
        assert words(await client.get("/repos/acme/shop/pulls/1")) == (404, "Not Found")
        assert words(await client.post(COMMENTS, json={"body": "x"})) == (404, "Not Found")
    for client in (await town.as_installation(), await town.as_user()):
        assert (await client.get("/repos/acme/shop/pulls/1")).status_code == 200


async def test_a_token_without_the_permission_is_told_which_it_needs(town: Town) -> None:
    await town.open(private=True)
    client = await town.as_installation(issues="read", pull_requests="read")
    refused = await client.post(COMMENTS, json={"body": "x"})
    assert words(refused) == (403, "Resource not accessible by integration")
    assert refused.headers["X-Accepted-GitHub-Permissions"] == "issues=write; pull_requests=write"
    assert (await client.get(COMMENTS)).status_code == 200
    assert (await client.get("/repos/acme/shop/contents/docs/new.md")).status_code == 403


async def test_check_runs_are_for_apps(town: Town) -> None:
    opened = await town.open()
    run = {"name": "review", "head_sha": opened["head"]}
    refused = await (await town.as_user()).post("/repos/acme/shop/check-runs", json=run)
    assert words(refused) == (403, "Resource not accessible by personal access token")


async def test_permissions_follow_what_the_control_api_says(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    where = "/repos/acme/shop/collaborators/{}/permission"
    seen = {}
    for permission in ("none", "read", "triage", "write", "admin"):
        order = {"user": f"u-{permission}", "permission": permission, "body": "hi"}
        await client.post("/_simulator/pulls/acme/shop/1/comments", json=order)
        told = (await client.get(where.format(f"u-{permission}"))).json()
        seen[permission] = (told["permission"], told["role_name"])
    assert seen == {
        "none": ("none", "none"),
        "read": ("read", "read"),
        "triage": ("read", "triage"),
        "write": ("write", "write"),
        "admin": ("admin", "admin"),
    }
    assert (await client.get(where.format("octocat"))).json()["permission"] == "read"
    assert words(await client.get(where.format("ghost"))) == (404, "ghost is not a user")


async def test_what_is_not_simulated_is_not_found_and_never_a_success(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    client = await town.as_user()
    for method, path in (("POST", "/graph"), ("GET", "/repos/acme/shop/branches"), ("PUT", "/user")):
        assert words(await client.request(method, path)) == (404, "Not Found")
        assert f"not simulated: {method} {path}" in caplog.text
    assert town.simulator.state()["calls"]["POST /graph"] == 1


async def test_githubkit_signs_in_as_the_app_at_both_addresses(town: Town) -> None:
    await town.open()
    pem = town.key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for prefix in ("", "/api/v3"):
        auth = AppAuthStrategy(1, pem.decode())
        cache = MemCacheStrategy()
        async with GitHub(
            auth, base_url=town.url + prefix, cache_strategy=cache, http_cache=False, timeout=60
        ) as github:
            found = await github.rest.apps.async_get_repo_installation("acme", "shop")
            installed = github.with_auth(github.auth.as_installation(found.json()["id"]))
            said = await installed.rest.issues.async_create_comment("acme", "shop", 1, body="Hello")
            assert said.parsed_data.user is not None
            assert said.parsed_data.user.login == "code-review-bot[bot]"
    calls = town.simulator.state()["calls"]
    assert calls["POST /repos/{owner}/{repo}/issues/{issue_number}/comments"] == 2


async def test_the_hourly_limit_is_kept_for_each_token(town: Town) -> None:
    await town.open()
    client = await town.as_installation()
    first = await client.get("/repos/acme/shop")
    assert (first.headers["X-RateLimit-Limit"], first.headers["X-RateLimit-Remaining"]) == ("5000", "4999")
    [token] = [token for token in town.simulator.world.tokens.values() if token.installation]
    token.used = 5000
    refused = await client.get("/repos/acme/shop")
    assert refused.status_code == 403
    assert refused.json()["message"].startswith("API rate limit exceeded for installation ID")
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert (await client.get("/rate_limit")).json()["resources"]["core"]["remaining"] == 0
    assert (await (await town.as_user()).get("/repos/acme/shop")).status_code == 200
