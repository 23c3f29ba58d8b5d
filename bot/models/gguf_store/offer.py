"""What there is to fetch, before anything is fetched."""

from dataclasses import dataclass
from pathlib import Path

from bot.models.gguf_store.fetch import RemoteFile


@dataclass(frozen=True)
class LocalFile:
    """A file to be copied."""

    path: Path
    size: int
    sha256: str | None = None

    @property
    def name(self) -> str:
        return self.path.name


@dataclass(frozen=True)
class ModelOffer:
    """The files of one model, in order, and what is known of them."""

    files: tuple[RemoteFile | LocalFile, ...]
    source: str
    revision: str | None = None
    licence: str | None = None

    @property
    def size(self) -> int | None:
        """In bytes, where all of them say so."""
        sizes = [file.size for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size)
