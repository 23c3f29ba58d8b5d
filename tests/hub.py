"""A fake server of the part of the Hugging Face hub's protocol that downloads models.

`/api/models/{repository}` lists a repository's files, and `/{repository}/resolve/{revision}/{file}` redirects
to their contents, like the hub.
"""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from huggingface_hub import constants

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Repository:
    """`closed` is "gated" or "private": then `token` is required."""

    files: dict[str, bytes]
    licence: str | None = "apache-2.0"
    closed: str = ""
    card: dict[str, Any] = field(default_factory=dict)


@dataclass
class Hub:
    """The repositories, the faults, and the recorded requests.

    Each number in `cuts` truncates one body after that many bytes. The first `busy` answers are 503. `cdn` is
    the URL of another server with the contents. `tampered` serves other bytes than those listed. `stubborn`
    ignores ranges.
    """

    repositories: dict[str, Repository] = field(default_factory=dict)
    token: str = "hf_made_up"
    cuts: list[int] = field(default_factory=list)
    busy: int = 0
    cdn: str = ""
    tampered: bool = False
    stubborn: bool = False
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    url: str = ""

    def fetched(self, part: str = "/cdn/") -> list[dict[str, str]]:
        """The headers of the requests for file contents."""
        return [headers for method, path, headers in self.asked if method == "GET" and part in path]


@contextmanager
def hub(**repositories: Repository) -> Iterator[Hub]:
    """Serves the hub while the block runs."""
    made = Hub(dict(repositories))
    server = ThreadingHTTPServer(("127.0.0.1", 0), _answering(made))
    server.daemon_threads = True
    made.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def let_the_library_ask(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Points the library at the fake hub, like HF_ENDPOINT at the start of a process."""
    monkeypatch.setattr(constants, "ENDPOINT", url)
    template = "{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", f"{url}/{template}")


def _answering(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Answering(_Answering):
        of = hub

    return Answering


class _Answering(BaseHTTPRequestHandler):
    of: Hub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Silent: tests read `asked`."""

    def do_HEAD(self) -> None:
        self.do_GET()

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        lowered = {name.lower(): value for name, value in self.headers.items()}
        self.of.asked.append((self.command, path, lowered))
        for pattern, answer in (
            (r"/api/models/([^/]+/[^/]+)(?:/revision/([^/]+))?", self._list),
            (r"/([^/]+/[^/]+)/resolve/([^/]+)/(.+)", self._resolve),
            (r"/cdn/([^/]+/[^/]+)/(.+)", self._send),
        ):
            found = re.fullmatch(pattern, path)
            if found:
                answer(*found.groups())
                return
        self._say(404, {})

    def _list(self, name: str, revision: str | None) -> None:
        repository = self._opened(name)
        if repository is None:
            return
        if revision not in (None, "main", COMMIT):
            self._say(404, {"X-Error-Code": "RevisionNotFound", "X-Error-Message": "Invalid rev id"})
            return
        licence = {"license": repository.licence} if repository.licence else {}
        listed = {
            "id": name,
            "sha": COMMIT,
            "siblings": [_listed(path, body) for path, body in repository.files.items()],
            "tags": ["gguf"],
            "cardData": {**licence, **repository.card},
        }
        self._say(200, {"Content-Type": "application/json"}, json.dumps(listed).encode())

    def _resolve(self, name: str, _revision: str, file: str) -> None:
        repository = self._opened(name)
        if repository is None:
            return
        if file not in repository.files:
            self._say(404, {"X-Error-Code": "EntryNotFound"})
            return
        body = repository.files[file]
        linked = {"X-Linked-Etag": f'"{_sha256(body)}"', "X-Linked-Size": str(len(body))}
        self._say(
            302,
            {**linked, "X-Repo-Commit": COMMIT, "Location": f"{self.of.cdn}/cdn/{name}/{file}?signature=x"},
        )

    def _send(self, name: str, file: str) -> None:
        if self.of.busy:
            self.of.busy -= 1
            self._say(503, {})
            return
        body = self.of.repositories[name].files[file]
        shown = bytes(reversed(body)) if self.of.tampered else body
        etag = f'"{_sha256(shown)[:32]}"'
        start = 0 if self.of.stubborn else self._start(etag)
        if start >= len(shown):
            self._say(416, {"Content-Range": f"bytes */{len(shown)}"})
            return
        span = {"Content-Range": f"bytes {start}-{len(shown) - 1}/{len(shown)}"} if start else {}
        self._say(206 if start else 200, {"ETag": etag, "Accept-Ranges": "bytes", **span}, shown[start:])

    def _start(self, etag: str) -> int:
        """The start of the requested range; 0 if the file has changed."""
        found = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        is_same = self.headers.get("If-Range", etag) == etag
        return int(found[1]) if found and is_same else 0

    def _opened(self, name: str) -> Repository | None:
        """The repository; sends the error itself if it is unknown or closed."""
        repository = self.of.repositories.get(name)
        knows = self.headers.get("Authorization") == f"Bearer {self.of.token}"
        if repository and (knows or not repository.closed):
            return repository
        if repository and repository.closed == "gated":
            self._say(403, {"X-Error-Code": "GatedRepo", "X-Error-Message": "Access is restricted"})
        else:
            self._say(401, {"X-Error-Code": "RepoNotFound", "X-Error-Message": "Repository not found"})
        return None

    def _say(self, status: int, headers: dict[str, str], body: bytes = b"") -> None:
        self.send_response(status)
        for name, value in {**headers, "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if "ETag" in headers and self.of.cuts:
            self.wfile.write(body[: self.of.cuts.pop(0)])
            self.close_connection = True
            return
        self.wfile.write(body)


def _listed(path: str, body: bytes) -> dict[str, Any]:
    lfs = {"sha256": _sha256(body), "size": len(body), "pointerSize": 134}
    is_large = path.endswith(".gguf")
    return {"rfilename": path, "size": len(body), "blobId": "0" * 40, **({"lfs": lfs} if is_large else {})}


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
