"""In the parent: a GGUF file and how it is to be run."""

import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.errors import NNError

MAGIC = b"GGUF"
_QUOTA = Path("/sys/fs/cgroup/cpu.max")


@dataclass(frozen=True)
class Gguf:
    """A model file. `context` is in tokens and for each of `slots` questions at the same time, `threads`
    of 0 are chosen by the cores, `gpu_layers` of -1 are all of them. With `embedding` it also embeds texts.
    """

    path: Path
    context: int
    slots: int = 1
    threads: int = 0
    gpu_layers: int = -1
    embedding: bool = False

    def load(self) -> dict[str, Any]:
        """What a child needs to know."""
        return {
            "model": str(self.path.absolute()),
            "context": self.context,
            "slots": self.slots,
            "threads": self.threads or threads(),
            "gpu_layers": self.gpu_layers,
            "embedding": self.embedding,
        }


def check(name: str, path: Path) -> None:
    """Finds out quickly what cannot be loaded. Raises `NNError`."""
    if importlib.util.find_spec("xllamacpp") is None:
        raise NNError("unsupported-operation", "xllamacpp is missing: pip install 'code-review-bot[local]'")
    try:
        with path.open("rb") as file:
            magic = file.read(len(MAGIC))
    except OSError as error:
        raise NNError(
            "not-found", f"the model {name} cannot be read: LLAMA_MODEL is {path}: {error.strerror}"
        ) from None
    if magic != MAGIC:
        raise NNError(
            "invalid-encoding", f"the model {name} is no GGUF file: set LLAMA_MODEL, now {path}, to one"
        )


def threads() -> int:
    """One less than there are cores to use, for llama.cpp's threads spin while they wait for each other:
    a single one without a core of its own makes all of them crawl.
    """
    return max(1, min(_cores(), _quota()) - 1)


def _cores() -> int:
    if hasattr(os, "sched_getaffinity"):  # Linux: those that this process may run on
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _quota() -> int:
    """Cores that a container may use (cgroup 2); a large number where nothing says so."""
    try:
        quota, period = _QUOTA.read_text(encoding="ascii").split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError):
        return 1_000_000
