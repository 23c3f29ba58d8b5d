"""The files of a repository at one commit, as a forge lists them."""

from typing import NamedTuple


class ListedFile(NamedTuple):
    """A regular file of a commit. `git` is the id of its blob, `size` its bytes."""

    path: str
    git: str
    size: int
