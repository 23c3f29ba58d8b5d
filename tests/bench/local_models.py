"""The models of `make bench-local`: random weights, three sizes, created once below .cache."""

import os
from pathlib import Path

from tests.bench.contender import CHECKOUT
from tests.gguf_models import LARGE, MIDDLE, TINY, Shape, make_model

KEPT = CHECKOUT / ".cache" / "models"
SHAPES = {"0.5 MB": TINY, "79 MB": MIDDLE, "313 MB": LARGE}
LETTER = "e"  # the only output, so that each answer has the maximum length


def kept(name: str, directory: Path = KEPT) -> Path:
    """The file of the model of that name, created if it does not exist."""
    path = directory / _file(SHAPES[name])
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        make_model(unfinished, favourite=LETTER, shape=SHAPES[name]).replace(path)
    return path


def _file(shape: Shape) -> str:
    return f"random-{shape.layers}x{shape.width}-{shape.inner}.gguf"
