"""Brings a model onto the shelf: fetched, checked, and there as a whole or not at all."""

import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from bot.core.errors import Refused
from bot.models.store.choice import stem
from bot.models.store.entry import Entry, Kept, check_name, name_from
from bot.models.store.fetch import Remote, check_space, fetch
from bot.models.store.header import Facts, read_facts
from bot.models.store.hub import OFFLINE, ask_hub, is_offline
from bot.models.store.offer import Local, Offer
from bot.models.store.shelf import Shelf, digest
from bot.models.store.source import AtUrl, InHub, OnDisk, Source

_SHA256 = re.compile(r"[0-9a-f]{64}")
_PIECE = 4 * 1024 * 1024


@dataclass(frozen=True)
class Wishes:
    """What the operator wants of a pull, beside its source."""

    name: str | None = None
    revision: str | None = None
    sha256: str | None = None


class Teller(Protocol):
    """Is told what happens."""

    def offer(self, name: str, offer: Offer) -> None:
        """What is about to be fetched."""

    def at(self, file: str, done: int, total: int | None) -> None:
        """So many bytes of a file are there."""

    def checking(self, file: str) -> None:
        """All of them are."""


def pull(shelf: Shelf, source: Source, wishes: Wishes, teller: Teller) -> tuple[Entry, bool]:
    """The model on the shelf, and whether it is new there. Raises `Refused`."""
    offer = _with_checksum(_offer(source, wishes.revision), wishes.sha256)
    name = check_name(wishes.name or name_from(stem(offer.files[0].name)))
    known = _known(shelf, name, offer)
    if known:
        return known, False
    teller.offer(name, offer)
    with shelf.room(name) as room:
        check_space(room, _missing(room, offer))
        kept = [_bring(file, room, teller) for file in offer.files]
        facts = _facts(room, kept)
        for leftover in {path.name for path in room.iterdir()} - {file.name for file in kept}:
            (room / leftover).unlink()
        return shelf.admit(room, _entry(name, offer, kept, facts)), True


def _offer(source: Source, revision: str | None) -> Offer:
    if isinstance(source, InHub):
        return ask_hub(source, revision)
    if revision:
        raise Refused(f"--revision {revision}: only a repository of the hub has revisions; {source} is none")
    if isinstance(source, OnDisk):
        return Offer((Local(source.path, source.path.stat().st_size),), str(source))
    return _offer_of_url(source)


def _offer_of_url(source: AtUrl) -> Offer:
    if is_offline():
        raise Refused(OFFLINE)
    if not source.file.lower().endswith(".gguf"):
        raise Refused(f"{source} does not end in .gguf; GGUF files are what llama.cpp runs")
    return Offer((Remote(source.url, name_from(source.file), shown=str(source)),), str(source))


def _with_checksum(offer: Offer, sha256: str | None) -> Offer:
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


def _known(shelf: Shelf, name: str, offer: Offer) -> Entry | None:
    """The very model, if it is there. Raises `Refused` for another one of that name."""
    if shelf.is_taken(name):
        raise Refused(f"{shelf.directory / name} is there and in no index; move it away, or choose a --name")
    entry = shelf.find(name)
    if entry is None:
        return None
    offered = [digest(file.path) if isinstance(file, Local) else file.sha256 for file in offer.files]
    if offered == [file.sha256 for file in entry.files]:
        return entry
    raise Refused(
        f"another model {name} is there, from {entry.source}; choose a --name, or remove it: "
        f"review-bot model remove {name}"
    )


def _missing(room: Path, offer: Offer) -> int:
    """Bytes still to come, where the sizes are known."""
    there = sum(path.stat().st_size for path in room.iterdir())
    return max((offer.size or 0) - there, 0)


def _bring(file: Remote | Local, room: Path, teller: Teller) -> Kept:
    """One file, checked. Raises `Refused`; a wrong one is not kept."""
    to = room / file.name
    if not to.exists():
        _fetch(file, to, teller)
    teller.checking(file.name)
    found = digest(to)
    if file.sha256 not in (None, found):
        to.unlink()
        raise Refused(
            f"{file.name} is not what it should be: its SHA-256 is {found} instead of {file.sha256}; "
            "it was thrown away"
        )
    return Kept(name=file.name, size=to.stat().st_size, sha256=found)


def _fetch(file: Remote | Local, to: Path, teller: Teller) -> None:
    if isinstance(file, Remote):
        fetch(file, to, lambda done, total: teller.at(file.name, done, total))
        return
    part = to.with_name(f"{to.name}.part")
    try:
        with file.path.open("rb") as original, part.open("wb") as copy:
            while piece := original.read(_PIECE):
                copy.write(piece)
                teller.at(file.name, copy.tell(), file.size)
    except OSError as error:
        raise Refused(f"{file.path} cannot be copied to {part}: {error.strerror}") from None
    part.replace(to)


def _facts(room: Path, kept: Sequence[Kept]) -> Facts:
    """Of all parts together. Raises `Refused`, and throws away what is no model."""
    try:
        parts = [read_facts(room / file.name) for file in kept]
        _check_parts(kept[0].name, parts)
    except Refused:
        shutil.rmtree(room)
        raise
    return parts[0].model_copy(update={"parameters": sum(part.parameters for part in parts)})


def _check_parts(name: str, parts: Sequence[Facts]) -> None:
    said = parts[0].parts
    if said != len(parts):
        raise Refused(f"{name} is one of {said} parts: pull its repository, which has them all")


def _entry(name: str, offer: Offer, kept: Sequence[Kept], facts: Facts) -> Entry:
    return Entry(
        name=name,
        files=tuple(kept),
        source=offer.source,
        revision=offer.revision,
        licence=offer.licence or facts.licence,
        pulled=datetime.now(UTC).replace(microsecond=0),
        checked=all(file.sha256 for file in offer.files),
        facts=facts,
    )
