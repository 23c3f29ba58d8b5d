"""Downloads a model, verifies it and adds it to the store, completely or not at all."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bot.core.errors import Refused
from bot.models.gguf_store.choice import stem
from bot.models.gguf_store.entry import StoredFile, StoredModel, check_name, name_from
from bot.models.gguf_store.facts import ModelFacts, read_facts
from bot.models.gguf_store.fetch import RemoteFile, check_space, fetch
from bot.models.gguf_store.hub import OFFLINE, ask_hub, is_offline
from bot.models.gguf_store.offer import LocalFile, ModelOffer
from bot.models.gguf_store.source import DiskSource, HubSource, Source, UrlSource
from bot.models.gguf_store.store import ModelStore, digest

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PIECE = 4 * 1024 * 1024


@dataclass(frozen=True)
class PullOptions:
    """The options of a pull."""

    name: str | None = None
    revision: str | None = None
    sha256: str | None = None


class ProgressListener(Protocol):
    """Receives the progress of a pull."""

    def offer(self, name: str, offer: ModelOffer) -> None:
        """The files are about to be downloaded."""

    def at(self, file: str, done: int, total: int | None) -> None:
        """`done` of `total` bytes of a file are present."""

    def checking(self, file: str) -> None:
        """The file is complete and is being verified."""


def pull(
    model_store: ModelStore, source: Source, pull_options: PullOptions, listener: ProgressListener
) -> tuple[StoredModel, bool]:
    """The stored model, and whether it is new. Raises `Refused`."""
    offer = _with_checksum(_offer(source, pull_options.revision), pull_options.sha256)
    name = check_name(pull_options.name or name_from(stem(offer.files[0].name)))
    known = _known(model_store, name, offer)
    if known:
        return known, False
    listener.offer(name, offer)
    with model_store.room(name) as room:
        check_space(room, _missing(room, offer))
        kept = [_bring(file, room, listener) for file in offer.files]
        facts = _facts(room, kept)
        for leftover in {path.name for path in room.iterdir()} - {file.name for file in kept}:
            (room / leftover).unlink()
        return model_store.admit(room, _entry(name, offer, kept, facts)), True


def _offer(source: Source, revision: str | None) -> ModelOffer:
    if isinstance(source, HubSource):
        return ask_hub(source, revision)
    if revision:
        raise Refused(f"--revision {revision}: only repositories on the hub have revisions, but not {source}")
    if isinstance(source, DiskSource):
        return ModelOffer((LocalFile(source.path, source.path.stat().st_size),), str(source))
    return _offer_of_url(source)


def _offer_of_url(source: UrlSource) -> ModelOffer:
    if is_offline():
        raise Refused(OFFLINE)
    if not source.file.lower().endswith(".gguf"):
        raise Refused(f"{source} does not end in .gguf; llama.cpp needs a GGUF file")
    return ModelOffer((RemoteFile(source.url, name_from(source.file), shown=str(source)),), str(source))


def _with_checksum(offer: ModelOffer, sha256: str | None) -> ModelOffer:
    """The offer with the operator's checksum. Raises `Refused`."""
    if sha256 is None:
        return offer
    wanted = sha256.lower().removeprefix("sha256:")
    if not _SHA256.fullmatch(wanted):
        raise Refused(f"--sha256 {sha256}: a SHA-256 has 64 hexadecimal digits")
    if len(offer.files) > 1:
        raise Refused(f"--sha256 applies to one file, but {offer.source} has {len(offer.files)} parts")
    stated = offer.files[0].sha256
    if stated not in (None, wanted):
        raise Refused(f"--sha256 {wanted}: the hub states {stated} for {offer.source}")
    return replace(offer, files=(replace(offer.files[0], sha256=wanted),))


def _known(model_store: ModelStore, name: str, offer: ModelOffer) -> StoredModel | None:
    """The same model, if it is stored. Raises `Refused` for a different model of that name."""
    if model_store.is_taken(name):
        raise Refused(
            f"{model_store.directory / name} exists but is not in the index; move it away, or choose a --name"
        )
    entry = model_store.find(name)
    if entry is None:
        return None
    offered = [digest(file.path) if isinstance(file, LocalFile) else file.sha256 for file in offer.files]
    if offered == [file.sha256 for file in entry.files]:
        return entry
    raise Refused(
        f"a different model {name}, from {entry.source}, is already stored; choose a --name, or remove it: "
        f"review-bot model remove {name}"
    )


def _missing(room: Path, offer: ModelOffer) -> int:
    """Bytes still to download, if the sizes are known."""
    there = sum(path.stat().st_size for path in room.iterdir())
    return max((offer.size or 0) - there, 0)


def _bring(file: RemoteFile | LocalFile, room: Path, listener: ProgressListener) -> StoredFile:
    """Downloads or copies and verifies one file. Raises `Refused`; a wrong file is deleted."""
    to = room / file.name
    if not to.exists():
        _fetch(file, to, listener)
    listener.checking(file.name)
    found = digest(to)
    if file.sha256 not in (None, found):
        to.unlink()
        raise Refused(
            f"{file.name} is damaged: its SHA-256 is {found} instead of {file.sha256}; the file was deleted, "
            "pull it again"
        )
    return StoredFile(name=file.name, size=to.stat().st_size, sha256=found)


def _fetch(file: RemoteFile | LocalFile, to: Path, listener: ProgressListener) -> None:
    if isinstance(file, RemoteFile):
        fetch(file, to, lambda done, total: listener.at(file.name, done, total))
        return
    part = to.with_name(f"{to.name}.part")
    try:
        with file.path.open("rb") as original, part.open("wb") as copy:
            while piece := original.read(_PIECE):
                copy.write(piece)
                listener.at(file.name, copy.tell(), file.size)
    except OSError as error:
        raise Refused(f"{file.path} cannot be copied to {part}: {error.strerror}") from None
    part.replace(to)


def _facts(room: Path, kept: Sequence[StoredFile]) -> ModelFacts:
    """The facts of all parts together. Deletes files that are not a model, and raises `Refused`."""
    try:
        parts = [read_facts(room / file.name) for file in kept]
        _check_parts(kept[0].name, parts)
    except Refused:
        shutil.rmtree(room)
        raise
    return parts[0].model_copy(update={"parameters": sum(part.parameters for part in parts)})


def _check_parts(name: str, parts: Sequence[ModelFacts]) -> None:
    said = parts[0].parts
    if said != len(parts):
        raise Refused(f"{name} is one of {said} parts: pull the repository that has all of them")


def _entry(name: str, offer: ModelOffer, kept: Sequence[StoredFile], facts: ModelFacts) -> StoredModel:
    return StoredModel(
        name=name,
        files=tuple(kept),
        source=offer.source,
        revision=offer.revision,
        licence=offer.licence or facts.licence,
        pulled=datetime.now(UTC).replace(microsecond=0),
        checked=all(file.sha256 for file in offer.files),
        facts=facts,
    )
