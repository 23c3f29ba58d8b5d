"""Where a model is to come from, as an operator writes it."""

import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bot.core.errors import Refused

_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}")
_MARK = "hf:"


@dataclass(frozen=True)
class HubSource:
    """A repository of the Hugging Face hub; `pattern` names files in it, `*` stands for anything."""

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
        """Without what may be a secret: a password or a signature."""
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"


@dataclass(frozen=True)
class DiskSource:
    """A file that is here already."""

    path: Path

    def __str__(self) -> str:
        return str(self.path)


Source = HubSource | UrlSource | DiskSource


def read_source(text: str, pattern: str | None = None) -> Source:
    """What `text` means: `org/repo`, `org/repo:file.gguf`, `hf:…`, a URL, or a file.

    `pattern` (--file) says which files of a repository. A file that is there goes before a repository
    of that name. Raises `Refused`.
    """
    source = _read(text.strip())
    if pattern is None:
        return source
    if not isinstance(source, HubSource):
        raise Refused(f"--file {pattern}: {text} is one file; --file chooses among those of a repository")
    if source.pattern not in (None, pattern):
        raise Refused(f"--file {pattern}: {text} names a file already; keep one")
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
        f"{text!r} is no model's source: give a repository of the Hugging Face hub (org/repo or "
        "org/repo:file.gguf), a URL (https://…/model.gguf), or a file that is there"
    )


def _file(text: str) -> Path | None:
    try:
        path = Path(text).expanduser()
        return path.absolute() if path.is_file() else None
    except (OSError, RuntimeError):  # a name too long; nobody's home
        return None


def _at_url(text: str) -> UrlSource:
    """The text is not repeated when it is wrong: it may hold a password."""
    try:
        is_whole = bool(urlsplit(text).hostname and UrlSource(text).file)
    except ValueError:
        is_whole = False
    if not is_whole:
        raise Refused("the URL names no file: it should look like https://HOST/…/model.gguf")
    return UrlSource(text)
