"""The connection to a server: where it goes, with which headers, and whose certificates it trusts."""

import ipaddress
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from bot.core.errors import EngineFailure, SettingsError
from bot.models.chat.transport import ChatTransport

DEPLOYMENT = "/openai/deployments/d"


@pytest.fixture(autouse=True)
def _own_trust(monkeypatch: pytest.MonkeyPatch) -> None:
    """No certificates of the machine that runs the tests."""
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)


@asynccontextmanager
async def _served(handler: Callable[[web.Request], Any]) -> AsyncIterator[TestServer]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", handler)
    server = TestServer(app)
    async with server:
        yield server


async def _told(request: web.Request) -> web.Response:
    """What was asked, and how."""
    headers = {name.lower(): said for name, said in request.headers.items()}
    return web.json_response({"path": request.path_qs, "headers": headers})


@pytest.mark.parametrize("end", ["", "/", "/chat/completions"])
async def test_a_deployment_at_azure_is_asked_as_it_wants(end: str) -> None:
    async with _served(_told) as server:
        wire = ChatTransport(f"{server.make_url(DEPLOYMENT)}{end}?api-version=2024-10-21", "secret", 5)
        answer = await wire.post("{}")
        await wire.aclose()

    told = answer.body
    assert f'"path": "{DEPLOYMENT}/chat/completions?api-version=2024-10-21"' in told
    assert '"api-key": "secret"' in told
    assert "authorization" not in told


async def test_other_servers_get_a_bearer() -> None:
    async with _served(_told) as server:
        wire = ChatTransport(str(server.make_url("/v1")), "secret", 5)
        told = (await wire.post("{}")).body
        await wire.aclose()

    assert '"authorization": "Bearer secret"' in told
    assert "api-key" not in told


async def test_no_proxy_hears_of_a_server_on_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with _served(_told) as server:
        wire = ChatTransport(str(server.make_url("/v1")), None, 5)
        assert 200 == (await wire.post("{}")).status
        await wire.aclose()


# ── certificates ────────────────────────────────────────────────────────────────────────────────────


def _certificate(directory: Path) -> tuple[Path, Path]:
    """One of our own for the loopback, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "models")])
    now = datetime.now(UTC)
    loopback = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([loopback]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    own, secret = directory / "own.pem", directory / "own.key"
    own.write_bytes(built.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return own, secret


@asynccontextmanager
async def _secured(own: Path, key: Path) -> AsyncIterator[str]:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(own, key)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", _told)
    runner = web.AppRunner(app)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
        yield f"https://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
async def test_a_certificate_of_one_s_own_is_trusted_also_on_this_machine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    own, key = _certificate(tmp_path)
    trusted = own
    if name == "SSL_CERT_DIR":
        trusted = tmp_path / "trusted"
        trusted.mkdir()
        (trusted / f"{_hash(own)}.0").write_bytes(own.read_bytes())
    monkeypatch.setenv(name, str(trusted))
    async with _secured(own, key) as url:
        wire = ChatTransport(url, None, 5)
        assert 200 == (await wire.post("{}")).status
        await wire.aclose()


def _hash(own: Path) -> str:
    """By which OpenSSL finds a certificate in a directory."""
    name = x509.load_pem_x509_certificate(own.read_bytes()).subject
    # The canonical form of the name: its only value in lower case, as UTF-8, without the outer sequence.
    value = b"models"
    oid = bytes.fromhex("0603550403")
    text = bytes([0x0C, len(value)]) + value
    pair = bytes([0x30, len(oid) + len(text)]) + oid + text
    canonical = bytes([0x31, len(pair)]) + pair
    assert "CN=models" == name.rfc4514_string()
    digest = hashes.Hash(hashes.SHA1())
    digest.update(canonical)
    return f"{int.from_bytes(digest.finalize()[:4], 'little'):08x}"


async def test_a_certificate_that_is_not_trusted_is_told_with_what_to_do(tmp_path: Path) -> None:
    async with _secured(*_certificate(tmp_path)) as url:
        wire = ChatTransport(url, None, 5)
        with pytest.raises(EngineFailure, match="SSL_CERT_FILE") as caught:
            await wire.post("{}")
        await wire.aclose()

    assert "unavailable" == caught.value.kind


@pytest.mark.parametrize("contents", [None, "no certificate"])
def test_certificates_that_cannot_be_read_are_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, contents: str | None
) -> None:
    path = tmp_path / "own.pem"
    if contents is not None:
        path.write_text(contents)
    monkeypatch.setenv("SSL_CERT_FILE", str(path))

    with pytest.raises(SettingsError, match="SSL_CERT_FILE"):
        ChatTransport("https://models.example.com/v1", None, 5)
