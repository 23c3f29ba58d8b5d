"""One engine for all tests of the sandbox; what is compiled once is compiled once."""

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.sandbox import Module
from tests.sandbox.guests import ECHO, SANDBOX, TEXT, guest


@pytest.fixture(scope="session")
def sandbox() -> Sandbox:
    return SANDBOX


@pytest.fixture(scope="session")
def echo(sandbox: Sandbox) -> Module:
    """A guest that behaves."""
    return sandbox.load(guest(ECHO), "echo", TEXT)
