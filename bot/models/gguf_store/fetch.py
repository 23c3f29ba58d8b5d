"""Downloads one file over HTTP and resumes an earlier download."""

import json
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx2

from bot.core.errors import Refused

Progress = Callable[[int, int | None], None]  # downloaded bytes; total bytes, if known

ATTEMPTS = 4  # in a row without progress
PAUSE = 2.0  # seconds before the second attempt; doubles with each further one
SPARE = 256 * 1024 * 1024  # bytes of the disk that stay free
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
    shown: str = ""  # the URL without possible secrets

    def __str__(self) -> str:
        return self.shown or self.url


class Interrupted(Exception):
    """A download ended early and can be resumed."""


def fetch(remote: RemoteFile, to: Path, tell: Progress) -> None:
    """Downloads the file to `to` by way of `to`.part, which stays after a failure.

    Retries while the server is busy or the connection breaks. Raises `Refused`.
    """
    part = PartialDownload(to)
    tries = 0
    with httpx2.Client(follow_redirects=True, timeout=_TIMEOUT) as client:
        while interruption := _try(client, remote, part, tell):
            tries = 1 if interruption.gained else tries + 1
            if tries >= ATTEMPTS:
                raise Refused(
                    f"{remote} cannot be downloaded: {interruption.reason}; run the command again to resume"
                )
            time.sleep(PAUSE * 2 ** (tries - 1))
    part.finish()


@dataclass(frozen=True)
class _Interruption:
    """Why an attempt ended early, and whether it made progress."""

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
        raise Refused(f"{remote} cannot be downloaded: {error}") from None
    except OSError as error:
        raise Refused(f"{part.path} cannot be written: {error.strerror}") from None
    return None


class PartialDownload:
    """The downloaded part of a file, and the version that it belongs to."""

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
    """Raises `Refused` unless `needed` bytes plus `SPARE` are free."""
    free = shutil.disk_usage(directory).free
    if free < needed + SPARE:
        raise Refused(
            f"not enough disk space in {directory}: {shown(needed)} plus {shown(SPARE)} in reserve are "
            f"needed, {shown(free)} are free; set MODELS_DIR to a larger disk, or choose a smaller model"
        )


def shown(size: int) -> str:
    """A number of bytes with its unit."""
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
        raise Interrupted(f"the connection ended after {shown(part.size)} of {shown(total)}")


def _write(
    response: httpx2.Response, part: PartialDownload, start: int, total: int | None, tell: Progress
) -> None:
    with part.path.open("r+b") as file:
        file.truncate(start)
        file.seek(start)
        tell(start, total)
        for piece in response.iter_raw():  # written at once, so that an interruption loses nothing
            file.write(piece)
            start += len(piece)
            tell(start, total)


def _is_same(stamp: Mapping[str, Any], remote: RemoteFile) -> bool:
    """Whether the downloaded part belongs to this file: by its checksum, or else by its ETag."""
    if remote.sha256:
        return stamp.get("sha256") == remote.sha256
    return bool(stamp.get("etag")) and stamp.get("url") == str(remote)


def _stamp(remote: RemoteFile, response: httpx2.Response) -> dict[str, Any]:
    etag = response.headers.get("etag", "")
    return {"url": str(remote), "sha256": remote.sha256, "etag": "" if etag.startswith("W/") else etag}


def _rest(have: int, stamp: Mapping[str, Any]) -> dict[str, str]:
    """Headers that request the missing bytes, or the whole file if it has changed."""
    if not have:
        return {}
    etag = stamp.get("etag")
    return {"Range": f"bytes={have}-", **({"If-Range": str(etag)} if etag else {})}


def _span(response: httpx2.Response, remote: RemoteFile, have: int) -> tuple[int, int | None]:
    """The offset of the response's bytes, and the size of the whole file.

    Raises `Refused` if the size differs from the repository's, and `Interrupted` for bytes that were not
    requested.
    """
    length = response.headers.get("content-length", "")
    start, total = 0, int(length) if length.isdecimal() else None
    if response.status_code == 206:
        span = response.headers.get("content-range", "").removeprefix("bytes ")
        first, _, whole = span.partition("/")
        start, total = have, int(whole) if whole.isdecimal() else None
        if first.partition("-")[0] != str(have):
            raise Interrupted(f"the server sent bytes that were not requested ({span})")
    if remote.size is not None and total not in (None, remote.size):
        raise Refused(f"{remote} has {total} bytes, but its repository says {remote.size}: try again later")
    return start, total if total is not None else remote.size


def check_status(response: httpx2.Response, remote: RemoteFile) -> None:
    """Raises `Refused`, or `Interrupted` for a temporary error."""
    status = response.status_code
    if status in (200, 206):
        return
    if status in _BUSY:
        raise Interrupted(f"the server answered {status}")
    if status in (401, 403):
        raise Refused(
            f"access to {remote} is restricted (HTTP {status}): set HF_TOKEN to a token with read access, "
            "and accept the terms on its page if there are any"
        )
    raise Refused(f"{remote} cannot be downloaded: the server answered {status}")
