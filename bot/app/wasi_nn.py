"""Runs programs for WasmEdge's GGML plugin on local models."""

import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from bot.models.llama.ggml import GgmlModels
from bot.sandbox import Sandbox
from bot.sandbox.ephemeral import Program, ProgramEnvironment, ProgramLimits


def run_program(
    module: Path,
    models: Mapping[str, Path],
    surroundings: ProgramEnvironment,
    allowed: ProgramLimits,
    *,
    granted: Sequence[Path] = (),
    most_context: int,
) -> int:
    """Runs the program; returns its exit status. Blocks; raises `ModuleError`. `granted` are files and
    directories from which it may load models by path.
    """
    program = Program(Sandbox(), module, module.name)
    ggml = GgmlModels(models, granted, most_context=most_context)
    try:
        return program.run(ggml, surroundings, allowed, _show)
    finally:
        ggml.close()


def _show(text: bytes) -> None:
    """Writes streamed text and flushes it, because the program writes to the same file."""
    with suppress(BrokenPipeError):
        sys.stdout.buffer.write(text)
        sys.stdout.buffer.flush()
