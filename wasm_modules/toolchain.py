"""Finds a Rust toolchain that builds for wasm32-unknown-unknown, and says how to call it."""  # noqa: INP001 - scripts beside the sources, no package

import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

TARGET = "wasm32-unknown-unknown"
DEBIAN_RUSTC = Path("/usr/bin/rustc")
DEBIAN_CARGO = Path("/usr/bin/cargo")
ADVICE = f"""\
no Rust toolchain for {TARGET} found; install one of these:
  rustup:  rustup target add {TARGET}
  Debian:  apt-get install --no-install-recommends rustc-web cargo-web rust-web-src lld-22
"""


@dataclass(frozen=True)
class Toolchain:
    """How to call cargo: the program, arguments to add to a build for TARGET, flags of the compiler, the
    environment to add.
    """

    cargo: str
    rustc: str
    arguments: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        standard = "standard library built along" if self.arguments else "standard library as delivered"
        return f"{_said(self.rustc, '--version')}, {standard}"

    @property
    def sysroot(self) -> str:
        return _said(self.rustc, "--print", "sysroot")


def find() -> Toolchain | None:
    return _with_target("rustc", "cargo") or _debian()


def _with_target(rustc: str, cargo: str) -> Toolchain | None:
    """A toolchain whose standard library for TARGET is installed, as rustup does it."""
    if not (shutil.which(rustc) and shutil.which(cargo)):
        return None
    library = _said(rustc, "--print", "target-libdir", "--target", TARGET)
    if not (library and any(Path(library).glob("libstd-*.rlib"))):
        return None
    return Toolchain(cargo, rustc)


def _debian() -> Toolchain | None:
    """Debian's compiler with its sources: the standard library is built along with the modules."""
    linker = _newest_linker()
    if not (DEBIAN_RUSTC.exists() and DEBIAN_CARGO.exists() and linker):
        return None
    if not (Path(_said(str(DEBIAN_RUSTC), "--print", "sysroot")) / "lib/rustlib/src/rust/library").exists():
        return None
    return Toolchain(
        str(DEBIAN_CARGO),
        str(DEBIAN_RUSTC),
        ("-Zbuild-std=std", "-Zbuild-std-features=optimize_for_size"),
        # What a panic would say reaches nobody: there is nowhere to write it to.
        ("-Zunstable-options", "-Cpanic=immediate-abort"),
        # RUSTC must be said: a compiler of rustup would be found first. RUSTC_BOOTSTRAP allows -Z.
        {
            "RUSTC": str(DEBIAN_RUSTC),
            "RUSTC_BOOTSTRAP": "1",
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER": linker,
        },
    )


def _newest_linker() -> str | None:
    found = {path.name for folder in os.get_exec_path() for path in Path(folder).glob("wasm-ld*")}
    versions = {int(match[1]): name for name in found if (match := re.fullmatch(r"wasm-ld-(\d+)", name))}
    return versions[max(versions)] if versions else next(iter(found & {"wasm-ld"}), None)


def _said(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - the compiler
    return done.stdout.strip() if done.returncode == 0 else ""
