"""Parses the source of a model: a hub repository, a URL or a file."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.core.errors import Refused

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_MARK = "hf:"


@dataclass(frozen=True)
class HubSource:
    """A repository on the Hugging Face Hub; `pattern` names files in it, with `*` as a wildcard."""

    repository: str
    pattern: str | None = None

    def __str__(self) -> str:
        return f"{_MARK}{self.repository}{f':{self.pattern}' if self.pattern else ''}"


@dataclass(frozen=True)
class UrlSource:
    """A file on a web server."""

    url: str

    @property
    def file(self) -> str:
        return unquote(urlsplit(self.url).path).rsplit("/", 1)[-1]

    def __str__(self) -> str:
        """The URL without a password or a signature, which may be secret."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@dataclass(frozen=True)
class DiskSource:
    """A file on this machine."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


Source = HubSource | UrlSource | DiskSource


def read_source(text: str, pattern: str | None = None) -> Source:
    """The source that `text` names: `org/repo`, `org/repo:file.gguf`, `hf:…`, a URL, or a file.

    `pattern` (--file) selects files of a repository. An existing file takes precedence over a repository
    of that name. Raises `Refused`.
    """
    source = _read(text.strip())
    if pattern is None:
        return source
    if not isinstance(source, HubSource):
        raise Refused(f"--file {pattern}: {text} is a single file; --file selects files of a repository")
    if source.pattern not in (None, pattern):
        raise Refused(f"--file {pattern}: {text} already names a file; use only one of them")
    return HubSource(source.repository, pattern)


def _read(text: str) -> Source:
    if re.match(r"https?://", text, re.IGNORECASE):
        return _at_url(text)
    if file := _file(text):
        return DiskSource(file)
    repository, _, pattern = text.removeprefix(_MARK).partition(":")
    if _REPOSITORY.fullmatch(repository):
        return HubSource(repository, pattern or None)
    raise Refused(
        f"{text!r} is not a model source: use a repository on the Hugging Face Hub (org/repo or "
        "org/repo:file.gguf), a URL (https://…/model.gguf), or an existing file"
    )


def _file(text: str) -> Path | None:
    try:
        path = Path(text).expanduser()
        return path.absolute() if path.is_file() else None
    except (OSError, RuntimeError):  # the name is too long, or the home directory is unknown
        return None


def _at_url(text: str) -> UrlSource:
    """The error does not repeat the text, which may contain a password."""
    try:
        is_whole = bool(urlsplit(text).hostname and UrlSource(text).file)
    except ValueError:
        is_whole = False
    if not is_whole:
        raise Refused("the URL names no file: use the form https://HOST/…/model.gguf")
    return UrlSource(text)
