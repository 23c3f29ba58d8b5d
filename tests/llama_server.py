"""llama.cpp's own OpenAI-compatible server, as xllamacpp carries it: a server that nobody here wrote."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

_PROGRAM = """
import sys, xllamacpp
parameters = xllamacpp.CommonParams()
parameters.model.path = sys.argv[1]
parameters.n_parallel, parameters.n_ctx = 2, 2 * int(sys.argv[2])
parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1
parameters.n_batch = parameters.n_ubatch = 256
parameters.cache_ram_mib, parameters.verbosity = 0, -1
parameters.hostnames, parameters.port = ["127.0.0.1"], 0
parameters.api_keys = [sys.argv[3]]
server = xllamacpp.Server(parameters)
server.handle_completions({"prompt": "x", "max_tokens": 1})
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@contextlib.contextmanager
def llama_server(model: Path, *, context: int = 8192, key: str = "llama-key") -> Iterator[str]:
    """Serves `model` on the loopback; gives the base URL, with its /v1. Ends with this process."""
    program = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(model), str(context), key],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with program:
        assert program.stdout
        try:
            yield f"{program.stdout.readline().strip()}/v1"
        finally:
            program.kill()
