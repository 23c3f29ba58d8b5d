"""Brings a model onto the shelf: fetched, checked, and there as a whole or not at all."""

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
    """What the operator wants of a pull, beside its source."""

    name: str | None = None
    revision: str | None = None
    sha256: str | None = None


class ProgressListener(Protocol):
    """Is told what happens."""

    def offer(self, name: str, offer: ModelOffer) -> None:
        """What is about to be fetched."""

    def at(self, file: str, done: int, total: int | None) -> None:
        """So many bytes of a file are there."""

    def checking(self, file: str) -> None:
        """All of them are."""


def pull(
    model_store: ModelStore, source: Source, pull_options: PullOptions, listener: ProgressListener
) -> tuple[StoredModel, bool]:
    """The model on the shelf, and whether it is new there. Raises `Refused`."""
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
        raise Refused(f"--revision {revision}: only a repository of the hub has revisions; {source} is none")
    if isinstance(source, DiskSource):
        return ModelOffer((LocalFile(source.path, source.path.stat().st_size),), str(source))
    return _offer_of_url(source)


def _offer_of_url(source: UrlSource) -> ModelOffer:
    if is_offline():
        raise Refused(OFFLINE)
    if not source.file.lower().endswith(".gguf"):
        raise Refused(f"{source} does not end in .gguf; GGUF files are what llama.cpp runs")
    return ModelOffer((RemoteFile(source.url, name_from(source.file), shown=str(source)),), str(source))


def _with_checksum(offer: ModelOffer, sha256: str | None) -> ModelOffer:
    """The offer, held to the checksum that the operator knows."""
    if sha256 is None:
        return offer
    wanted = sha256.lower().removeprefix("sha256:")
    if not _SHA256.fullmatch(wanted):
        raise Refused(f"--sha256 {sha256}: a SHA-256 has 64 hexadecimal digits")
    if len(offer.files) > 1:
        raise Refused(f"--sha256 is of one file; {offer.source} has {len(offer.files)} parts")
    stated = offer.files[0].sha256
    if stated not in (None, wanted):
        raise Refused(f"--sha256 {wanted}: the hub says that {offer.source} has {stated}")
    return replace(offer, files=(replace(offer.files[0], sha256=wanted),))


def _known(model_store: ModelStore, name: str, offer: ModelOffer) -> StoredModel | None:
    """The very model, if it is there. Raises `Refused` for another one of that name."""
    if model_store.is_taken(name):
        raise Refused(
            f"{model_store.directory / name} is there and in no index; move it away, or choose a --name"
        )
    entry = model_store.find(name)
    if entry is None:
        return None
    offered = [digest(file.path) if isinstance(file, LocalFile) else file.sha256 for file in offer.files]
    if offered == [file.sha256 for file in entry.files]:
        return entry
    raise Refused(
        f"another model {name} is there, from {entry.source}; choose a --name, or remove it: "
        f"review-bot model remove {name}"
    )


def _missing(room: Path, offer: ModelOffer) -> int:
    """Bytes still to come, where the sizes are known."""
    there = sum(path.stat().st_size for path in room.iterdir())
    return max((offer.size or 0) - there, 0)


def _bring(file: RemoteFile | LocalFile, room: Path, listener: ProgressListener) -> StoredFile:
    """One file, checked. Raises `Refused`; a wrong one is not kept."""
    to = room / file.name
    if not to.exists():
        _fetch(file, to, listener)
    listener.checking(file.name)
    found = digest(to)
    if file.sha256 not in (None, found):
        to.unlink()
        raise Refused(
            f"{file.name} is not what it should be: its SHA-256 is {found} instead of {file.sha256}; "
            "it was thrown away"
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
    """Of all parts together. Raises `Refused`, and throws away what is no model."""
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
        raise Refused(f"{name} is one of {said} parts: pull its repository, which has them all")


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
