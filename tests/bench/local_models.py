"""The models that `make bench-local` asks: random, of three sizes, made once and kept below .cache."""

import os
from pathlib import Path

from tests.bench.contender import CHECKOUT
from tests.gguf_models import LARGE, MIDDLE, TINY, Shape, make_model

KEPT = CHECKOUT / ".cache" / "models"
SHAPES = {"0.5 MB": TINY, "79 MB": MIDDLE, "313 MB": LARGE}
LETTER = "e"  # what they say all the time, so that an answer is as long as it may be


def kept(name: str, directory: Path = KEPT) -> Path:
    """The file of the model of that name, which is made if it is not there yet."""
    path = directory / _file(SHAPES[name])
    if not path.exists():
        directory.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_suffix(f".{os.getpid()}")
        make_model(unfinished, favourite=LETTER, shape=SHAPES[name]).replace(path)
    return path


def _file(shape: Shape) -> str:
    return f"random-{shape.layers}x{shape.width}-{shape.inner}.gguf"
