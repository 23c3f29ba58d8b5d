"""Fetches one file over HTTP, and goes on where an earlier try ended."""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from bot.core.errors import Refused

Progress = Callable[[int, int | None], None]  # bytes that are there; bytes in all, where known

ATTEMPTS = 4  # without a byte more
PAUSE = 2.0  # seconds before the second of them; twice as long before each further one
SPARE = 256 * 1024 * 1024  # of the disk, which is left free
_TIMEOUT = httpx2.Timeout(30, read=60)
_BUSY = {408, 429, 500, 502, 503, 504}


@dataclass(frozen=True)
class RemoteFile:
    """A file on a server. `headers` may hold a token, which is sent to the host of `url` only."""

    url: str
    name: str
    size: int | None = None
    sha256: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    shown: str = ""  # the URL without what may be a secret

    def __str__(self) -> str:
        return self.shown or self.url


class Interrupted(Exception):
    """The rest is still to come."""


def fetch(remote: RemoteFile, to: Path, tell: Progress) -> None:
    """Writes the file to `to`, by way of `to`.part, which stays when it fails.

    Tries again while the server is busy or breaks off. Raises `Refused`.
    """
    part = PartialDownload(to)
    tries = 0
    with httpx2.Client(follow_redirects=True, timeout=_TIMEOUT) as client:
        while trouble := _try(client, remote, part, tell):
            tries = 1 if trouble.gained else tries + 1
            if tries >= ATTEMPTS:
                raise Refused(
                    f"{remote} cannot be fetched: {trouble.reason}; try again: it goes on from there"
                )
            time.sleep(PAUSE * 2 ** (tries - 1))
    part.finish()


@dataclass(frozen=True)
class _Interruption:
    """Why a try ended early, and whether it brought anything."""

    reason: str
    gained: bool


def _try(
    client: httpx2.Client, remote: RemoteFile, part: "PartialDownload", tell: Progress
) -> _Interruption | None:
    before = part.size
    try:
        _once(client, remote, part, tell)
    except (Interrupted, httpx2.TransportError) as error:
        return _Interruption(str(error) or type(error).__name__, part.size > before)
    except (httpx2.RequestError, httpx2.InvalidURL) as error:
        raise Refused(f"{remote} cannot be fetched: {error}") from None
    except OSError as error:
        raise Refused(f"{part.path} cannot be written: {error.strerror}") from None
    return None


class PartialDownload:
    """What there is of a file so far, and of which version of it."""

    def __init__(self, to: Path) -> None:
        self._to = to
        self.path = to.with_name(f"{to.name}.part")
        self._stamp = to.with_name(f"{to.name}.part.json")

    @property
    def size(self) -> int:
        return self.path.stat().st_size if self.path.exists() else 0

    def begin(self, stamp: dict[str, Any]) -> None:
        """Starts over."""
        self.path.write_bytes(b"")
        self._stamp.write_text(json.dumps(stamp), encoding="utf-8")

    @property
    def stamp(self) -> dict[str, Any]:
        try:
            read = json.loads(self._stamp.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def finish(self) -> None:
        self.path.replace(self._to)
        self._stamp.unlink(missing_ok=True)


def check_space(directory: Path, needed: int) -> None:
    """Raises `Refused` when fewer than `needed` bytes, and some to spare, are free."""
    free = shutil.disk_usage(directory).free
    if free < needed + SPARE:
        raise Refused(
            f"the disk of {directory} is too small: {shown(needed)} are needed and {shown(SPARE)} to spare, "
            f"{shown(free)} are free; set MODELS_DIR to a larger one, or choose a smaller model"
        )


def shown(size: int) -> str:
    """Bytes, for people."""
    amount = float(size)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def _once(client: httpx2.Client, remote: RemoteFile, part: PartialDownload, tell: Progress) -> None:
    have = part.size if _is_same(part.stamp, remote) else 0
    if have and have == remote.size:
        return
    headers = {**remote.headers, "Accept-Encoding": "identity", **_rest(have, part.stamp)}
    with client.stream("GET", remote.url, headers=headers) as response:
        if response.status_code == 416:
            part.begin({})
            raise Interrupted("the file has changed on the server")
        check_status(response, remote)
        start, total = _span(response, remote, have)
        if start == 0:
            part.begin(_stamp(remote, response))
        check_space(part.path.parent, (total or start) - start)
        _write(response, part, start, total, tell)
    if total is not None and part.size != total:
        raise Interrupted(f"it broke off after {shown(part.size)} of {shown(total)}")


def _write(
    response: httpx2.Response, part: PartialDownload, start: int, total: int | None, tell: Progress
) -> None:
    with part.path.open("r+b") as file:
        file.truncate(start)
        file.seek(start)
        tell(start, total)
        for piece in response.iter_raw():  # as it comes: what was received is kept when it breaks off
            file.write(piece)
            start += len(piece)
            tell(start, total)


def _is_same(stamp: Mapping[str, Any], remote: RemoteFile) -> bool:
    """Whether what there is belongs to the file that is wanted now: by its checksum, or else by its
    server's mark.
    """
    if remote.sha256:
        return stamp.get("sha256") == remote.sha256
    return bool(stamp.get("etag")) and stamp.get("url") == str(remote)


def _stamp(remote: RemoteFile, response: httpx2.Response) -> dict[str, Any]:
    etag = response.headers.get("etag", "")
    return {"url": str(remote), "sha256": remote.sha256, "etag": "" if etag.startswith("W/") else etag}


def _rest(have: int, stamp: Mapping[str, Any]) -> dict[str, str]:
    """Headers that ask for what is missing; for all of it when it has changed."""
    if not have:
        return {}
    etag = stamp.get("etag")
    return {"Range": f"bytes={have}-", **({"If-Range": str(etag)} if etag else {})}


def _span(response: httpx2.Response, remote: RemoteFile, have: int) -> tuple[int, int | None]:
    """Where the answer's bytes begin, and how many the whole file has.

    Raises `Refused` when that is not what the repository says, and `Interrupted` for bytes nobody asked for.
    """
    length = response.headers.get("content-length", "")
    start, total = 0, int(length) if length.isdecimal() else None
    if response.status_code == 206:
        span = response.headers.get("content-range", "").removeprefix("bytes ")
        first, _, whole = span.partition("/")
        start, total = have, int(whole) if whole.isdecimal() else None
        if first.partition("-")[0] != str(have):
            raise Interrupted(f"the server sent other bytes than asked for ({span})")
    if remote.size is not None and total not in (None, remote.size):
        raise Refused(f"{remote} has {total} bytes; its repository says {remote.size}: try again later")
    return start, total if total is not None else remote.size


def check_status(response: httpx2.Response, remote: RemoteFile) -> None:
    """Raises `Refused`, or `Interrupted` for what may pass."""
    status = response.status_code
    if status in (200, 206):
        return
    if status in _BUSY:
        raise Interrupted(f"the server answers {status}")
    if status in (401, 403):
        raise Refused(
            f"{remote} is not open to everybody (HTTP {status}): set HF_TOKEN to a token that may read it, "
            "and accept its terms on its page if it has some"
        )
    raise Refused(f"{remote} cannot be fetched: the server answers {status}")
