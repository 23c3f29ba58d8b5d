"""The vocabulary o200k_base, included so that counting needs no network.

tiktoken would download a vocabulary at its first use. NOTICE names the origin of the files.
"""

import hashlib
import threading
from binascii import a2b_base64
from importlib.resources import files

from tiktoken import Encoding

SHA256 = "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d"

_lock = threading.Lock()
_loaded: list[Encoding] = []


def o200k() -> Encoding:
    """The encoding. The first call loads it, which takes half a second and 80 MB.

    Raises:
        RuntimeError: the included file is damaged.
    """
    with _lock:
        if not _loaded:
            _loaded.append(_load())
        return _loaded[0]


def _load() -> Encoding:
    directory = files(__name__)
    pattern = (directory / "o200k_base.pattern").read_text(encoding="utf-8").rstrip("\n")
    ranks = read_ranks((directory / "o200k_base.tiktoken").read_bytes())
    # No special tokens: their names in a diff are plain text.
    return Encoding("o200k_base", pat_str=pattern, mergeable_ranks=ranks, special_tokens={})


def read_ranks(contents: bytes) -> dict[bytes, int]:
    """Tokens with their ranks, from lines of `base64 rank`."""
    if hashlib.sha256(contents).hexdigest() != SHA256:
        raise RuntimeError(
            "bot/models/vocabulary/o200k_base.tiktoken is damaged: its SHA-256 is not the expected one; "
            "reinstall code-review-bot"
        )
    words = contents.split()
    return dict(zip(map(a2b_base64, words[::2]), map(int, words[1::2]), strict=True))
