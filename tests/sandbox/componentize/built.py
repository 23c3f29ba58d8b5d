"""The examples in Python, built once: componentize-py takes some ten seconds for each."""

import hashlib
import importlib.util
import os
import sys
from importlib import metadata
from typing import Any

from tests.sandbox.guests import ROOT

EXAMPLES = ROOT / "wasm_modules" / "examples" / "python"
CACHE = ROOT / ".cache" / "components"


def example(module: str, world: str) -> bytes:
    """The component; it is built anew when the example, the contract or componentize-py is another."""
    path = CACHE / f"{module}-{_digest(module, world)}.wasm"
    if not path.exists():
        CACHE.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        _builder().build(module, world, unfinished)
        unfinished.replace(path)
    return path.read_bytes()


def _digest(module: str, world: str) -> str:
    read = [EXAMPLES / f"{module}.py", EXAMPLES / "build.py"]
    read += sorted((ROOT / "wasm_modules" / "wit").rglob("*.wit"))
    parts = [world.encode(), metadata.version("componentize-py").encode(), *(p.read_bytes() for p in read)]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]


def _builder() -> Any:
    spec = importlib.util.spec_from_file_location("build_example", EXAMPLES / "build.py")
    assert spec
    assert spec.loader
    builder = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = builder
    spec.loader.exec_module(builder)
    return builder
