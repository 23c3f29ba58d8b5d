"""The toolchain that builds the modules: exact versions of Debian packages, so that the bytes are the same
everywhere.

The packages come from Debian 12, whose main archive does not change any more. It has no standard library for
WebAssembly, so this is built along with the modules, from the sources in `rust-web-src`.
"""  # noqa: INP001 - scripts beside the sources, no package

import os
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

TARGET = "wasm32-unknown-unknown"
RUST = "1.85.0+dfsg3-1~deb12u3"
LLVM = "1:19.1.7-3~deb12u1"
PACKAGES = {
    "binaryen": "108-1",
    "cargo-web": RUST,
    "libllvm19": LLVM,
    "libstd-rust-web-1.85": RUST,
    "libstd-rust-web-dev": RUST,
    "lld-19": LLVM,
    "rust-web-src": RUST,
    "rustc-web": RUST,
}
LIST = "\n".join(f"  {name}={version}" for name, version in PACKAGES.items())
ADVICE = f"""\
The modules are built with exactly these versions of packages of Debian 12 (bookworm), amd64:
{LIST}
On Debian 12, as root, `wasm_modules/build --install` installs them. Anywhere else, use a container:
  docker run --rm --volume "$PWD:/src" --workdir /src debian:12 sh -c 'apt-get update -qq &&
    apt-get install -qq --yes --no-install-recommends python3 ca-certificates && wasm_modules/build --install'
For a trial with another compiler that has the target {TARGET}: `wasm_modules/build --any-toolchain`.
"""


@dataclass(frozen=True)
class Toolchain:
    """How to build for TARGET: cargo and its arguments, flags of rustc, the environment, wasm-opt."""

    name: str
    cargo: str
    arguments: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    optimiser: str | None = None


def pinned() -> Toolchain | None:
    """The pinned toolchain, if exactly its packages are installed."""
    if missing():
        return None
    return Toolchain(
        name=", ".join(f"{name} {PACKAGES[name]}" for name in ("rustc-web", "lld-19", "binaryen")),
        cargo="/usr/bin/cargo",
        arguments=(
            "-Zbuild-std=std,panic_abort",
            # A panic message would not reach anybody: the modules have nowhere to write it to.
            "-Zbuild-std-features=optimize_for_size,panic_immediate_abort",
        ),
        flags=("--remap-path-prefix=/usr/lib/rustlib/src/rust=rust", "-Zlocation-detail=none"),
        environment={
            "RUSTC": "/usr/bin/rustc",  # otherwise a compiler of rustup comes first
            "RUSTC_BOOTSTRAP": "1",  # allows -Z
            "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER": "/usr/bin/wasm-ld-19",
        },
        optimiser="/usr/bin/wasm-opt",
    )


def any_toolchain() -> Toolchain | None:
    """Whatever compiler comes first in PATH, if it has a standard library for TARGET."""
    if not (shutil.which("rustc") and shutil.which("cargo")):
        return None
    library = _output("rustc", "--print", "target-libdir", "--target", TARGET)
    if not (library and any(Path(library).glob("libstd-*.rlib"))):
        return None
    return Toolchain(_output("rustc", "--version"), "cargo", optimiser=shutil.which("wasm-opt"))


def install() -> str:
    """Installs the pinned toolchain; returns why that failed, or an empty text."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return "apt-get and root are needed to install the pinned toolchain"
    wanted = [f"{name}={PACKAGES[name]}" for name in PACKAGES]
    options = ("-qq", "--yes", "--no-install-recommends", "--allow-downgrades")
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", *options, *wanted]):
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)  # noqa: S603
        if done.returncode != 0:
            return f"`{' '.join(command)}` failed:\n{done.stderr}"
    return ""


def missing() -> list[str]:
    """Packages that are not installed in the pinned version."""
    query = ("dpkg-query", "--show", "--showformat", "${Package} ${Version} ${db:Status-Status}\n", *PACKAGES)
    installed = set(_output(*query).splitlines()) if shutil.which("dpkg-query") else set()
    return [name for name, version in PACKAGES.items() if f"{name} {version} installed" not in installed]


def clean_environment() -> dict[str, str]:
    """This process's environment without the variables that change what cargo and rustc build."""
    kept = ("CARGO_HOME", "CARGO_HTTP_", "CARGO_NET_", "CARGO_REGISTR", "CARGO_SOURCE_")
    return {
        name: value
        for name, value in os.environ.items()
        if name.startswith(kept) or not name.startswith(("CARGO", "RUST"))
    }


def _output(*command: str) -> str:
    """What the command prints, also when it fails for some of its arguments."""
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603
