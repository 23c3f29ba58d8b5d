"""A GGUF file and how it is to be run."""

import contextlib
import importlib.util
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.core.errors import NNError
from bot.models import available_memory
from bot.models.llama.header import Header, read
from bot.models.llama.plan import LoadOptions, LoadPlan, Machine, plan

_QUOTA = Path("/sys/fs/cgroup/cpu.max")


@dataclass(frozen=True)
class Gguf:
    """A model file. `context` is in tokens and for each of `slots` questions at the same time; `slots` and
    `threads` of 0 are chosen by the machine, `gpu_layers` of -1 are all of them. With `embedding` it also
    embeds texts; with `special` it writes special tokens by their names, which else have no text.
    `tuning` are pairs of WasmEdge's keys and their values (see `child.tuning`).
    """

    path: Path
    context: int
    slots: int = 1
    threads: int = 0
    gpu_layers: int = -1
    embedding: bool = False
    special: bool = False
    tuning: tuple[tuple[str, Any], ...] = ()
    setting: str = ""  # by which the operator has named it

    @property
    def told(self) -> str:
        """The file, for people who have to do something about it."""
        return f"{self.setting} is {self.path}" if self.setting else str(self.path)

    def plan(self) -> LoadPlan:
        """How it is run on this machine, by what is free now."""
        load_options = LoadOptions(self.context, self.slots, self.threads, self.embedding)
        return plan(load_options, Machine(cores(), available_memory.free()), self._header())

    def load(self, plan: LoadPlan) -> dict[str, Any]:
        """What a child needs to know."""
        header = self._header()
        return {
            "model": str(self.path.absolute()),
            "context": plan.context,
            "slots": plan.slots,
            "threads": plan.threads,
            "batch": plan.batch,
            "gpu_layers": self.gpu_layers,
            "embedding": self.embedding,
            "special": self.special,
            "tuning": dict(self.tuning),
            "pooling": "mean" if self.embedding and header and not header.pooling else None,
        }

    def _header(self) -> Header | None:
        """None when the file cannot be read, or not loaded: `check` tells why."""
        with contextlib.suppress(OSError, NNError):
            return read(self.path)
        return None


def check(name: str, gguf: Gguf) -> None:
    """Finds out quickly, and without llama.cpp, what cannot be loaded. Raises `NNError`."""
    if importlib.util.find_spec("xllamacpp") is None:
        raise NNError("unsupported-operation", "xllamacpp is missing: pip install 'code-review-bot[local]'")
    try:
        read(gguf.path)
    except OSError as error:
        raise NNError(
            "not-found", f"the model {name} cannot be read: {gguf.told}: {error.strerror}"
        ) from None
    except NNError as error:
        raise NNError(
            error.code,
            f"the model {name} is broken: {error}; {gguf.told}: download it again or take another",
        ) from None


def threads() -> int:
    """One less than there are cores to use, for llama.cpp's threads spin while they wait for each other:
    a single one without a core of its own makes all of them crawl.
    """
    return max(1, cores() - 1)


def cores() -> int:
    """Cores that this process may use."""
    return min(_cores(), _quota())


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
