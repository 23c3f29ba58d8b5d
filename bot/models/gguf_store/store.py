"""The directory of downloaded models and its index."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from bot.core.errors import Refused
from bot.core.value import Value
from bot.models.gguf_store.entry import StoredModel

Seen = Callable[[int], None]  # called with the number of bytes that were just read

INDEX = "index.json"
FORM = 1  # of the index
_STAGING = ".part"
_PIECE = 4 * 1024 * 1024


class _Index(Value):
    form: int = FORM
    models: tuple[StoredModel, ...] = ()


class ModelStore:
    """Downloaded models below `directory`. Raises only `Refused`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory.expanduser().absolute()

    def models(self) -> tuple[StoredModel, ...]:
        """All models, sorted by name."""
        return tuple(sorted(self._read().models, key=lambda entry: entry.name))

    def find(self, name: str) -> StoredModel | None:
        return next((entry for entry in self._read().models if entry.name == name), None)

    def get(self, name: str) -> StoredModel:
        entry = self.find(name)
        if entry is None:
            known = ", ".join(entry.name for entry in self.models()) or "none"
            raise Refused(f"there is no model {name} in {self.directory}; stored models: {known}")
        return entry

    def path(self, entry: StoredModel) -> Path:
        """The file to load."""
        return self.directory / entry.name / entry.files[0].name

    @contextmanager
    def room(self, name: str) -> Iterator[Path]:
        """A staging directory for the model `name`, which keeps its contents for the next attempt."""
        room = self.directory / _STAGING / name
        try:
            room.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise Refused(f"MODELS_DIR {self.directory} cannot be used: {error.strerror}") from None
        with _locked(room.with_name(f"{name}.lock"), wait=False, what=f"the model {name} is being pulled"):
            yield room

    def is_taken(self, name: str) -> bool:
        """Whether a directory of that name exists without an entry in the index."""
        return self.find(name) is None and (self.directory / name).exists()

    def admit(self, room: Path, entry: StoredModel) -> StoredModel:
        """Moves the finished staging directory `room` into the store."""
        with self._changing() as index:
            place = self.directory / entry.name
            if any(known.name == entry.name for known in index.models) or place.exists():
                raise Refused(f"a model {entry.name} is already stored; choose another --name")
            room.rename(place)
            self._write(_Index(models=(*index.models, entry)))
        return entry

    def remove(self, name: str) -> StoredModel:
        """Removes the files before the entry, so that `verify` finds a model that was removed in part."""
        with self._changing() as index:
            entry = self.get(name)
            shutil.rmtree(self.directory / name, ignore_errors=True)
            if (self.directory / name).exists():
                raise Refused(f"{self.directory / name} cannot be removed; delete it manually")
            self._write(_Index(models=tuple(known for known in index.models if known.name != name)))
        return entry

    def verify(self, entry: StoredModel, seen: Seen = lambda _: None) -> list[str]:
        """Reads every file again. Returns the errors, one per file."""
        return [
            wrong
            for file in entry.files
            if (wrong := _wrong(self.directory / entry.name / file.name, file.size, file.sha256, seen))
        ]

    def _read(self) -> _Index:
        path = self.directory / INDEX
        try:
            return _Index.model_validate_json(path.read_bytes())
        except FileNotFoundError:
            return _Index()
        except OSError as error:
            raise Refused(f"{path} cannot be read: {error.strerror}") from None
        except ValidationError:
            raise Refused(f"{path} is not a valid index: delete it, and pull the models again") from None

    @contextmanager
    def _changing(self) -> Iterator[_Index]:
        self.directory.mkdir(parents=True, exist_ok=True)
        with _locked(self.directory / ".lock", wait=True, what="the index is in use"):
            yield self._read()

    def _write(self, index: _Index) -> None:
        path = self.directory / INDEX
        fresh = path.with_name(f".{INDEX}.new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(index.model_dump_json(indent=2) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)


def resolve(model: Path, directory: Path) -> Path:
    """The file of the stored model with the name `model`; `model` itself if it is a path, or not a name in
    the store at `directory`. Raises `Refused` if the index cannot be read.
    """
    if len(model.parts) != 1 or model.exists():
        return model
    model_store = ModelStore(directory)
    entry = model_store.find(model.name)
    return model_store.path(entry) if entry else model


def digest(path: Path, seen: Seen = lambda _: None) -> str:
    """SHA-256 of a file, in hexadecimal."""
    found = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            found.update(piece)
            seen(len(piece))
    return found.hexdigest()


def _wrong(path: Path, size: int, sha256: str, seen: Seen) -> str | None:
    try:
        actual = path.stat().st_size
        if actual != size:
            return f"{path} has {actual} bytes instead of {size}"
        if digest(path, seen) != sha256:
            return f"{path} has changed: its SHA-256 is not {sha256}"
    except OSError as error:
        return f"{path}: {error.strerror}"
    return None


@contextmanager
def _locked(path: Path, *, wait: bool, what: str) -> Iterator[None]:
    with path.open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            raise Refused(f"{what} by another process; wait until it has finished") from None
        yield
