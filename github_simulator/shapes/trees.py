"""JSON of a tree: the files and directories of a commit."""

from collections.abc import Iterator

from github_simulator.content import Entry, Text, Tree
from github_simulator.shapes.repositories import blob_sha
from github_simulator.shapes.site import Shape, Site
from github_simulator.state import Repository

_SUBMODULE = "160000"
_SUBMODULE_TEXT = "Subproject commit "
_NO_COMMIT = "0" * 40


def tree(site: Site, repo: Repository, sha: str, files: Tree, *, recursive: bool, most: int) -> Shape:
    """At most `most` entries of the tree `sha`, in git's order."""
    api = f"{site.repository(repo.full_name)}/git"
    entries = [entry for entry in _entries(api, sha, files) if recursive or "/" not in entry["path"]]
    return {
        "sha": sha,
        "url": f"{api}/trees/{sha}",
        "tree": entries[:most],
        "truncated": len(entries) > most,
    }


def content_bytes(entry: Entry) -> bytes:
    """A file's content, as far as it is known; binary content is never, and is one NUL here."""
    return entry.content.render().encode("utf-8", "replace") if isinstance(entry.content, Text) else b"\0"


def is_submodule(entry: Entry) -> bool:
    return entry.mode == _SUBMODULE


def _entries(api: str, sha: str, files: Tree) -> Iterator[Shape]:
    """Every directory before its content."""
    seen: set[str] = set()
    for path in files.paths():
        parts = path.split("/")
        for depth in range(1, len(parts)):
            directory = "/".join(parts[:depth])
            if directory not in seen:
                seen.add(directory)
                yield _directory(api, sha, directory)
        entry = files.get(path)
        if entry is not None:
            yield _file(api, path, entry)


def _directory(api: str, sha: str, path: str) -> Shape:
    own = blob_sha(f"{sha}:{path}".encode("utf-8", "replace"))
    return {"path": path, "mode": "040000", "type": "tree", "sha": own, "url": f"{api}/trees/{own}"}


def _file(api: str, path: str, entry: Entry) -> Shape:
    content = content_bytes(entry)
    if is_submodule(entry):
        commit = content.decode(errors="replace").strip().removeprefix(_SUBMODULE_TEXT) or _NO_COMMIT
        return {"path": path, "mode": entry.mode, "type": "commit", "sha": commit}
    sha = blob_sha(content)
    return {
        "path": path,
        "mode": entry.mode,
        "type": "blob",
        "sha": sha,
        "size": len(content),
        "url": f"{api}/blobs/{sha}",
    }
