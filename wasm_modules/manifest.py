"""What the built modules in dist/ were built from: the digest of the sources, and the manifest."""  # noqa: INP001 - scripts beside the sources, no package

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

HOME = Path(__file__).resolve().parent
DIST = HOME / "dist"
MANIFEST = "manifest.json"
MODULES = ("code-review-function", "llama-integration", "openai-integration")
CRATES = (*MODULES, "answer-text", "xtask")


def sources(home: Path = HOME) -> list[Path]:
    """Every file that the modules are made of, in order: the contract, the crates, the workspace."""
    found = [home / "Cargo.toml", home / "Cargo.lock", *_files(home / "wit")]
    for crate in CRATES:
        found += [home / crate / "Cargo.toml", *_files(home / crate / "src")]
    return sorted(found, key=lambda path: path.relative_to(home).as_posix())


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())


def source_digest(home: Path = HOME) -> str:
    """sha256 over path, length and contents of every source; line ends count as LF."""
    digest = hashlib.sha256()
    for path in sources(home):
        contents = path.read_bytes().replace(b"\r\n", b"\n")
        digest.update(f"{path.relative_to(home).as_posix()}\0{len(contents)}\0".encode())
        digest.update(contents)
    return digest.hexdigest()


def describe(toolchain: str, folder: Path = DIST) -> dict[str, Any]:
    """The manifest of the modules in `folder`."""
    modules = {}
    for name in MODULES:
        contents = (folder / f"{name}.wasm").read_bytes()
        modules[name] = {"bytes": len(contents), "sha256": hashlib.sha256(contents).hexdigest()}
    return {"source": source_digest(), "toolchain": toolchain, "modules": modules}


def write(toolchain: str, folder: Path = DIST) -> None:
    (folder / MANIFEST).write_text(json.dumps(describe(toolchain, folder), indent=2) + "\n")


def complaints() -> list[str]:
    """Where dist/ does not match its manifest or the manifest not the sources; empty when all is well.

    This compares digests alone. Only a build from source (`build --verify`) shows that the modules are what
    the sources give.
    """
    try:
        manifest = json.loads((DIST / MANIFEST).read_text())
        now = describe(manifest["toolchain"])
    except OSError as error:
        return [f"{Path(str(error.filename)).name} is missing; run `make modules`"]
    found = [
        f"{name}.wasm is not the file that the manifest describes; run `make modules`"
        for name in MODULES
        if manifest["modules"].get(name) != now["modules"][name]
    ]
    if manifest["source"] != now["source"]:
        found.append("the sources have changed since the modules were built; run `make modules`")
    return found


def differing(built: Path, dist: Path) -> list[str]:
    """The files that two folders do not hold with the same bytes."""
    names = sorted({path.name for folder in (built, dist) for path in folder.iterdir()})
    return [name for name in names if _contents(built / name) != _contents(dist / name)]


def _contents(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
