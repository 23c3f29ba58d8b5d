"""GraphQL errors with status 200 become the same errors as those of the REST API."""

from typing import Any

import pytest

from bot.core.errors import Retry
from bot.github import GitHubForge
from bot.github.graphql import graphql_address
from tests.github.scene import GRAPHQL, PULL, Scene


def errors(message: str, **more: Any) -> dict[str, Any]:
    return {"data": None, "errors": [{"message": message, **more}]}


@pytest.mark.parametrize(
    ("root", "address"),
    [
        ("https://api.github.com", "https://api.github.com/graphql"),
        ("https://api.github.com/", "https://api.github.com/graphql"),
        ("https://api.acme.ghe.com", "https://api.acme.ghe.com/graphql"),
        ("https://git.acme.test/api/v3", "https://git.acme.test/api/graphql"),
        ("https://git.acme.test/api/v3/", "https://git.acme.test/api/graphql"),
        ("https://proxy.test/github", "https://proxy.test/github/graphql"),
    ],
)
def test_the_address_is_next_to_the_rest_apis(root: str, address: str) -> None:
    assert graphql_address(root) == address


async def test_an_enterprise_server_is_asked_beside_its_rest_api(town: Scene) -> None:
    ref = await town.open()
    async with GitHubForge(f"{town.url}/api/v3", town.credentials, pauses=()) as forge:
        assert await forge.threads(ref) == []
    assert town.count("POST", GRAPHQL) == 1


@pytest.mark.parametrize("kind", ["RATE_LIMIT", "RATE_LIMITED"])
async def test_a_rate_limit_is_waited_for(town: Scene, kind: str) -> None:
    ref = await town.open()
    body = errors("API rate limit exceeded for installation ID 7.", type=kind)
    town.fail("POST", GRAPHQL, 200, body=body)
    with pytest.raises(Retry, match="rate limit") as caught:
        await town.forge.threads(ref)
    assert caught.value.after is not None
    assert caught.value.after > 1
    with pytest.raises(Retry, match="rate limit"):  # the cooldown is active: GitHub is not called again
        await town.forge.threads(ref)
    assert town.count("POST", GRAPHQL) == 1


async def test_a_secondary_limit_is_waited_for(town: Scene) -> None:
    ref = await town.open()
    town.fail("POST", GRAPHQL, 200, body=errors("You have exceeded a secondary rate limit."))
    with pytest.raises(Retry) as caught:
        await town.forge.threads(ref)
    assert caught.value.after == 60


async def test_what_went_wrong_at_github_is_asked_again(town: Scene) -> None:
    ref = await town.open()
    message = "Something went wrong while executing your query on 2026-09-09. Please include `AB:CD`"
    town.fail("POST", GRAPHQL, 200, body=errors(message))
    assert await town.forge.threads(ref) == []
    assert town.count("POST", GRAPHQL) == 2


async def test_a_token_that_was_revoked_is_replaced(town: Scene) -> None:
    ref = await town.open()
    await town.forge.pull(ref)
    town.simulator.revoke_tokens()
    assert await town.forge.threads(ref) == []


async def test_the_wait_is_graphqls_and_the_rest_apis(town: Scene) -> None:
    """GitHub counts the APIs separately, but a limited client should stop all calls."""
    ref = await town.open()
    town.fail("POST", GRAPHQL, 200, body=errors("You have exceeded a secondary rate limit."))
    with pytest.raises(Retry):
        await town.forge.threads(ref)
    with pytest.raises(Retry):
        await town.forge.pull(ref)
    assert town.count("GET", PULL) == 0
