"""The core-module interface to models: `wasi_ephemeral_nn` with WasmEdge's functions for GGML models,
for unmodified programs of WASI preview 1.

Errors are numbers that the program gets; nothing that it passes can raise anything here.
"""

from bot.sandbox.ephemeral.ports import Generation, Ggml, Graph
from bot.sandbox.ephemeral.program import Mount, Program, ProgramEnvironment, ProgramLimits

__all__ = ["Generation", "Ggml", "Graph", "Mount", "Program", "ProgramEnvironment", "ProgramLimits"]
