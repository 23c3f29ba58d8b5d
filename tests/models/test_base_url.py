"""Base URLs as people write and paste them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.models.chat.base_url import complete, moved, read

FOUNDRY = "https://x.services.ai.azure.com/models"
AZURE = "https://x.openai.azure.com/openai/deployments/d"


@pytest.mark.parametrize(
    ("written", "url"),
    [
        ("https://api.example.com/v1", "https://api.example.com/v1"),
        (" https://api.example.com/v1/ ", "https://api.example.com/v1"),
        ("https://api.example.com/v1/chat/completions", "https://api.example.com/v1"),
        ("https://api.example.com/v1/chat/completions/", "https://api.example.com/v1"),
        ("https://api.example.com/v1/responses", "https://api.example.com/v1"),
        ("https://api.example.com/v1/models", "https://api.example.com/v1"),
        ("https://api.example.com", "https://api.example.com"),
        ("api.example.com/v1", "https://api.example.com/v1"),
        ("localhost:11434/v1", "http://localhost:11434/v1"),
        ("127.0.0.1:8000/v1", "http://127.0.0.1:8000/v1"),
        ("192.168.1.7:8000/v1", "http://192.168.1.7:8000/v1"),
        ("ollama:11434/v1", "http://ollama:11434/v1"),
        (f"{AZURE}?api-version=1", f"{AZURE}?api-version=1"),
        (f"{FOUNDRY}?api-version=1", f"{FOUNDRY}?api-version=1"),
        (f"{FOUNDRY}/?api-version=1", f"{FOUNDRY}?api-version=1"),
        (f"{FOUNDRY}/chat/completions?api-version=1", f"{FOUNDRY}?api-version=1"),
        (f"{FOUNDRY}/chat/completions", FOUNDRY),
        (
            "https://gateway.example/ai/models?api-version=1",
            "https://gateway.example/ai/models?api-version=1",
        ),
        (
            "https://x.openai.azure.com/openai/v1/models?api-version=1",
            "https://x.openai.azure.com/openai/v1?api-version=1",
        ),
        (f"{AZURE}/chat/completions?api-version=1", f"{AZURE}?api-version=1"),
    ],
)
def test_an_address_is_completed(written: str, url: str) -> None:
    assert url == complete(written) == complete(complete(written))


def test_a_deployment_at_azure_keeps_its_version_and_has_its_own_header() -> None:
    address = read(f"{AZURE}/chat/completions?api-version=2024-10-21")

    assert (AZURE, {"api-version": "2024-10-21"}, True) == (address.base, address.query, address.is_azure)
    assert not read("https://x.openai.azure.com/openai/v1").is_azure
    assert read(None).base is None


def test_a_server_s_name_holds_no_secret() -> None:
    assert "https://h.example/v1" == read("https://me:hunter2@h.example/v1?key=hunter2").server
    assert "https://api.openai.com/v1" == read(None).server


@pytest.mark.parametrize(
    ("location", "address", "is_base"),
    [
        ("https://h.example/v1/chat/completions", "https://h.example/v1", True),
        ("/v2/chat/completions", "http://old.example/v2", True),
        ("https://login.example/sso?token=hunter2", "https://login.example/sso", False),
        ("https://me:hunter2@h.example/v1/chat/completions/", "https://h.example/v1", True),
        (f"{AZURE}/chat/completions?api-version=1&key=k", f"{AZURE}?api-version=1", True),
    ],
)
def test_where_a_redirect_leads(location: str, address: str, *, is_base: bool) -> None:
    found = moved(location, "/chat/completions", "http://old.example/v1/chat/completions")

    assert (address, is_base) == found


@given(st.text())
def test_no_text_makes_it_fail(text: str) -> None:
    try:
        complete(text)
    except ValueError:
        return  # what urlsplit does not take is no address
