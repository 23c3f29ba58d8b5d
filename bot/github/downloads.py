"""Downloads files. GitHub redirects to another server, whose address contains a token of its own."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

import httpx

from bot.core.errors import Refused
from bot.github.call_limits import CallLimits
from bot.github.calls import ApiCall, Credential
from bot.github.failures import FAILURES, CallRejected, Foreign, translate
from bot.github.redirections import REDIRECTIONS, download_target, is_same_api
from bot.github.shared_client import SharedClient

DURATION = 300.0  # seconds of a whole download, with all redirects and attempts
MAX_HOPS = 3

_CHUNK = 256 * 1024  # bytes
_ELSEWHERE = " downloads"  # ends the name of the cooldown of other servers
_GZIP = b"\x1f\x8b"
_QUOTED = 40  # bytes of a foreign answer
_OK = 200
_FOUND = 302
_MIB = 1024 * 1024


@dataclass(frozen=True)
class TargetFile:
    """Where a gzip file of at most `most` bytes is written to. The caller removes a part of one."""

    path: Path
    most: int


class Downloads:
    """`root` and `version` are those of the REST API."""

    def __init__(self, client: SharedClient, limits: CallLimits, root: httpx.URL, version: str) -> None:
        self._client = client
        self._limits = limits
        self._root = root
        self._version = version

    async def download(self, call: ApiCall, file: TargetFile, credential: Credential) -> None:
        """Downloads once, through all redirects. Servers outside of the API have their own cooldown.

        Raises `CallRejected`, `Unanswered`, or `Retry` at a rate limit; `Refused` if the file is too large.
        """
        address, name = call.path, str(call)
        for _ in range(MAX_HOPS + 1):
            target = await self._download_from(address, name, file, credential)
            if target is None:
                return
            address = str(target)
            if not (credential.text and is_same_api(self._root, target)):
                credential = _withheld(credential)
                name = f"{call} from {target.host}"
        raise CallRejected(str(call), _FOUND, "too many redirects")

    async def _download_from(
        self, address: str, name: str, file: TargetFile, credential: Credential
    ) -> httpx.URL | None:
        """Downloads from `address`, or returns where it redirects to. Messages contain the `name`: the
        address may contain a token.
        """
        await self._limits.check(name, credential)
        try:
            async with self._client.stream(address, self._headers(credential)) as answer:
                await self._limits.respect(answer.headers, credential)
                if answer.status_code in REDIRECTIONS:
                    return download_target(name, answer)
                await _save(name, answer, file)
                return None
        except FAILURES as error:
            failure = await self._limits.record(translate(name, error), credential)
            if isinstance(failure, CallRejected) and not credential.text:
                raise Refused(str(failure), brief=failure.brief) from error  # no credential was rejected
            raise failure from error

    def _headers(self, credential: Credential) -> dict[str, str]:
        headers = {"Accept": "*/*", "Accept-Encoding": "identity"}
        if not credential.text:
            return headers
        return headers | {"Authorization": credential.text, "X-GitHub-Api-Version": self._version}


def _withheld(credential: Credential) -> Credential:
    """What a server outside of the API gets: nothing."""
    return Credential("", f"{credential.cooldown.removesuffix(_ELSEWHERE)}{_ELSEWHERE}")


async def _save(name: str, answer: httpx.Response, file: TargetFile) -> None:
    """Writes the body of `answer`, as it was sent. Raises `Refused` if it is too large or cannot be stored,
    `Foreign` if it is no gzip file, and httpx's errors.
    """
    if answer.status_code != _OK:
        raise Foreign(f"the answer to {name} did not come from GitHub: its status is {answer.status_code}")
    length = answer.headers.get("content-length", "")
    if length.isascii() and length.isdecimal() and len(length) < _QUOTED:
        _check_size(name, int(length), file)
    async with aclosing(_gzip_chunks(name, answer)) as chunks:
        await _write(name, chunks, file)


async def _write(name: str, chunks: AsyncIterator[bytes], file: TargetFile) -> None:
    size = 0
    try:
        with await asyncio.to_thread(file.path.open, "wb") as opened:
            async for chunk in chunks:
                size += len(chunk)
                _check_size(name, size, file)
                await asyncio.to_thread(opened.write, chunk)
    except OSError as error:
        raise Refused(f"the answer to {name} cannot be stored: {error.strerror or error}") from error


async def _gzip_chunks(name: str, answer: httpx.Response) -> AsyncGenerator[bytes, None]:
    """The pieces of the body, not unpacked."""
    is_empty = True
    async for chunk in answer.aiter_raw(_CHUNK):
        if is_empty and not chunk.startswith(_GZIP):
            start = chunk[:_QUOTED].decode(errors="replace")
            raise Foreign(f"the answer to {name} did not come from GitHub: it begins with {start!r}")
        is_empty = False
        yield chunk
    if is_empty:
        raise Foreign(f"the answer to {name} did not come from GitHub: it is empty")


def _check_size(name: str, size: int, file: TargetFile) -> None:
    if size > file.most:
        raise Refused(f"the answer to {name} is larger than {file.most / _MIB:,.0f} MB")
