"""The index entry of a stored model."""

import re
from datetime import datetime

from bot.core.errors import Refused
from bot.core.value import Value
from bot.models.gguf_store.facts import ModelFacts

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._+-]{0,119}")
_RESERVED = {"index.json"}


class StoredFile(Value):
    """One file of a model. `size` is in bytes."""

    name: str
    size: int
    sha256: str


class StoredModel(Value):
    """One model. The first of its `files` is the one to load; `checked` says whether the source's checksums
    were verified.
    """

    name: str
    files: tuple[StoredFile, ...]
    source: str
    revision: str | None = None
    licence: str | None = None
    pulled: datetime
    checked: bool = True
    facts: ModelFacts

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


def check_name(name: str) -> str:
    """Checks a name, which becomes the name of a directory. Raises `Refused`."""
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise Refused(f"{name!r} is not a valid model name: use up to 120 letters, digits and . _ + -")
    return name


def name_from(text: str) -> str:
    """A valid name derived from `text`."""
    return re.sub(r"[^A-Za-z0-9._+-]+", "-", text).lstrip("._+-")[:120] or "model"
