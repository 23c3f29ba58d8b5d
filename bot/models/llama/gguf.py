"""A GGUF file and the options to run it with."""

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
    """A model file. `context` is in tokens for each of `slots` concurrent questions; `slots` and `threads` 0:
    chosen for the machine; `gpu_layers` -1: all. With `embedding`, the model also embeds texts; with
    `special`, it writes the names of special tokens, which otherwise have no text. `tuning` has pairs of
    WasmEdge's keys and values (see `child.load_options`).
    """

    path: Path
    context: int
    slots: int = 1
    threads: int = 0
    gpu_layers: int = -1
    embedding: bool = False
    special: bool = False
    tuning: tuple[tuple[str, Any], ...] = ()
    setting: str = ""  # the setting that names the file

    @property
    def source(self) -> str:
        """The file and the setting that names it, for error messages."""
        return f"{self.setting} is {self.path}" if self.setting else str(self.path)

    def plan(self) -> LoadPlan:
        """The plan for this machine, by its free memory."""
        load_options = LoadOptions(self.context, self.slots, self.threads, self.embedding)
        return plan(load_options, Machine(cores(), available_memory.free()), self._header())

    def load(self, plan: LoadPlan) -> dict[str, Any]:
        """The fields of the child's `load` frame."""
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
        """None if the file cannot be read or loaded: `check` reports why."""
        with contextlib.suppress(OSError, NNError):
            return read(self.path)
        return None


def check(name: str, gguf: Gguf) -> None:
    """Detects files that cannot be loaded, quickly and without llama.cpp. Raises `NNError`."""
    if importlib.util.find_spec("xllamacpp") is None:
        raise NNError("unsupported-operation", "xllamacpp is missing: pip install 'code-review-bot[local]'")
    try:
        read(gguf.path)
    except OSError as error:
        raise NNError(
            "not-found", f"the model {name} cannot be read: {gguf.source}: {error.strerror}"
        ) from None
    except NNError as error:
        raise NNError(
            error.code,
            f"the model {name} is damaged: {error}; {gguf.source}: download it again or use another file",
        ) from None


def threads() -> int:
    """One less than the usable cores: llama.cpp's threads spin while they wait for each other, so one thread
    without its own core slows all of them down.
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
    """Cores that the container may use (cgroup 2); a large number without a limit."""
    try:
        quota, period = _QUOTA.read_text(encoding="ascii").split()
        return max(1, int(quota) // int(period))
    except (OSError, ValueError):
        return 1_000_000
