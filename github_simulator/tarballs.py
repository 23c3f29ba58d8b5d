"""Archives of a commit's files, as GitHub packs them."""

import gzip
import io
import tarfile
from collections.abc import Iterator

from github_simulator.content import Entry, Tree
from github_simulator.shapes.trees import content_bytes, is_submodule

_LINK = "120000"
_EXECUTABLE = "100755"


def tarball(directory: str, sha: str, files: Tree, *, hostile: bool = False) -> bytes:
    """A compressed tar archive with `files` below `directory`; always the same for the same files.

    `hostile`: also entries that lead out of the directory when they are unpacked carelessly.
    """
    packed = io.BytesIO()
    headers = {"comment": sha}  # as of `git archive`
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT, pax_headers=headers) as archive:
        archive.addfile(_special(directory, tarfile.DIRTYPE))
        for path in files.paths():
            entry = files.get(path)
            if entry is not None:
                _add(archive, f"{directory}/{path}", entry)
        for extra in _hostile(directory) if hostile else ():
            archive.addfile(extra, io.BytesIO(b"x" * extra.size))
    return gzip.compress(packed.getvalue(), mtime=0)


def _add(archive: tarfile.TarFile, name: str, entry: Entry) -> None:
    if is_submodule(entry):
        archive.addfile(_special(name, tarfile.DIRTYPE))
        return
    content = content_bytes(entry)
    if entry.mode == _LINK:
        archive.addfile(_special(name, tarfile.SYMTYPE, content.decode(errors="replace")))
        return
    record = tarfile.TarInfo(name)
    record.size = len(content)
    record.mode = 0o775 if entry.mode == _EXECUTABLE else 0o664
    archive.addfile(record, io.BytesIO(content))


def _hostile(directory: str) -> Iterator[tarfile.TarInfo]:
    yield _special(f"{directory}/link", tarfile.SYMTYPE, "/etc")
    yield _special(f"{directory}/hard", tarfile.LNKTYPE, "../../etc/passwd")
    yield _special(f"{directory}/device", tarfile.CHRTYPE)
    yield _special(f"{directory}/queue", tarfile.FIFOTYPE)
    for name in (f"{directory}/../../outside.txt", "/etc/outside.txt", f"{directory}/link/passwd", ".."):
        record = tarfile.TarInfo(name)
        record.size = 8
        yield record


def _special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    """An entry without content."""
    record = tarfile.TarInfo(name)
    record.type, record.linkname, record.mode = kind, target, 0o775
    return record
