"""Fixtures: a simulated GitHub, checked against GitHub's OpenAPI description."""

from collections.abc import AsyncIterator, Iterator

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from bot.github import AppCredentials, GitHubForge
from github_simulator import Simulator, served
from tests.github.scene import Scene
from tests.openapi import Contract

APP = 7


@pytest.fixture(scope="session")
def keys() -> tuple[str, str]:
    """Private and public key, in PEM format."""
    key = rsa.generate_private_key(65537, 2048)
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


@pytest.fixture(scope="session")
def credentials(keys: tuple[str, str]) -> AppCredentials:
    return AppCredentials(str(APP), keys[0])


@pytest.fixture
def contract() -> Iterator[Contract]:
    """Fails the test if a request of the bot violates GitHub's description."""
    contract = Contract()
    yield contract
    assert not contract.violations, "\n".join(contract.violations)


@pytest.fixture
async def town(
    contract: Contract, keys: tuple[str, str], credentials: AppCredentials
) -> AsyncIterator[Scene]:
    simulator = Simulator(app=APP, key=keys[1])
    async with (
        served(simulator, middlewares=[contract.check]) as url,
        GitHubForge(url, credentials, pauses=(0, 0), timeout=60) as forge,
    ):
        yield Scene(simulator, url, forge, credentials)
