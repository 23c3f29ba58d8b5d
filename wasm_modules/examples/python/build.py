"""Builds a component from a module in Python: `python build.py MODULE WORLD OUTPUT`.

Needs `pip install componentize-py`. Python's runtime needs WASI, which is not granted, so it gets stubs that
trap. componentize-py would replace every `wasi:` package by stubs, including `wasi:nn`, which is granted. The
script therefore gives that package another name of the same length until the component is built.
"""

import shutil
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

HERE = Path(__file__).resolve().parent
CONTRACT = HERE.parents[1] / "wit"
REAL, DISGUISED = "wasi:nn", "wazi:nn"


def build(module: str, world: str, output: Path, folder: Path = HERE) -> None:
    """Builds the component `output` of `world` from `folder`/`module`.py."""
    with TemporaryDirectory() as room:
        wit = Path(shutil.copytree(CONTRACT, Path(room, "wit")))
        for file in wit.rglob("*.wit"):
            file.write_text(file.read_text("utf-8").replace(REAL, DISGUISED), "utf-8")
        built = Path(room, "built.wasm")
        _componentize(["--wit-path", wit, "--world", world], ["--python-path", folder, "-o", built, module])
        output.write_bytes(built.read_bytes().replace(DISGUISED.encode(), REAL.encode()))


def _componentize(about: list[object], how: list[object]) -> None:
    beside = Path(sys.executable).with_name("componentize-py")  # in a virtual environment
    program = beside if beside.exists() else "componentize-py"
    command = [program, "--quiet", *about, "componentize", "--stub-wasi", *how]
    subprocess.run([str(part) for part in command], check=True)


if __name__ == "__main__":
    if len(sys.argv) != 4:
        sys.exit("usage: python build.py MODULE WORLD OUTPUT")
    build(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
