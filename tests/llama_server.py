"""Runs llama.cpp's own OpenAI-compatible server, from xllamacpp: an independent implementation."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_PROGRAM = """
import sys, xllamacpp
parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
context, slots, threads, batch = map(int, sys.argv[3:])
parameters.n_parallel, parameters.n_ctx = slots, slots * context
parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = threads
parameters.n_batch = parameters.n_ubatch = batch
parameters.cache_ram_mib, parameters.verbosity = 0, -1
parameters.hostnames, parameters.port = ["127.0.0.1"], 0
parameters.api_keys = [sys.argv[2]]
server = xllamacpp.Server(parameters)
server.handle_completions({"prompt": "x", "max_tokens": 1})
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def llama_server(model: Path, *, context: int = 8192, key: str = "llama-key") -> Iterator[str]:
    """Serves `model` on loopback; yields the base URL, with its /v1. Ends with this process."""
    with llama_process(model, context=context, key=key) as (url, _):
        yield url


@contextlib.contextmanager
def llama_process(
    model: Path, *, context: int, key: str, slots: int = 2, threads: int = 1, batch: int = 256
) -> Iterator[tuple[str, int]]:
    """The same with `slots` of `context` tokens each and prompt batches of `batch` tokens; also yields the
    process id.
    """
    numbers = [str(number) for number in (context, slots, threads, batch)]
    program = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(model), key, *numbers],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with program:
        assert program.stdout
        try:
            yield f"{program.stdout.readline().strip()}/v1", program.pid
        finally:
            program.kill()
