from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from accounts.api import application
from accounts.profiles import Profile, ProfileMissing

Client = TestClient[web.Request, web.Application]
ADA = Profile(1, "Ada", "ada@example.org", "en", newsletter=True)


class FakeProfiles:
    async def load(self, user: int) -> Profile:
        if user != ADA.user:
            raise ProfileMissing(user)
        return ADA

    async def rename(self, user: int, name: str) -> Profile:
        raise ProfileMissing(user)


@pytest.fixture
async def client(aiohttp_client: Callable[[web.Application], Awaitable[Client]]) -> Client:
    return await aiohttp_client(application(FakeProfiles()))  # type: ignore[arg-type]


async def test_a_profile_is_shown_without_its_address(client: Client) -> None:
    answer = await client.get("/profiles/1")

    assert answer.status == 200
    assert await answer.json() == {"user": 1, "name": "Ada", "language": "en"}


async def test_a_profile_that_is_gone_is_not_found(client: Client) -> None:
    answer = await client.get("/profiles/2")

    assert answer.status == 404
    assert await answer.json() == {"error": "profile not found"}
