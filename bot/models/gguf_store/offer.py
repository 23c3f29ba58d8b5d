"""The files of a model that are about to be downloaded or copied."""

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
    """The files of one model, in order, with their origin."""

    files: tuple[RemoteFile | LocalFile, ...]
    source: str
    revision: str | None = None
    licence: str | None = None

    @property
    def size(self) -> int | None:
        """Bytes of all files; None if a size is unknown."""
        sizes = [file.size for file in self.files]
        return None if None in sizes else sum(size for size in sizes if size)
