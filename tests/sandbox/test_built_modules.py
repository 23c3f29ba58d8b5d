"""The modules in wasm_modules/dist: built from these sources, small, and granted no more than needed."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

import pytest
from wasmtime import component

from bot.core.errors import ModuleError
from bot.sandbox import Sandbox, llama_module, openai_codec, review_function
from bot.sandbox.components.world import World
from tests.sandbox.guests import DIST, ECHO, TEXT, compiled, guest

TYPES = "code-review-bot:review/types@0.4.0"
TOKENS = "code-review-bot:review/tokens@0.4.0"
NN = {f"wasi:nn/{name}@0.2.0-rc-2024-10-28" for name in ("errors", "graph", "inference", "tensor")}

IMPORTS = {
    "code-review-function": {TOKENS},
    "openai-integration": set(),
    "llama-integration": NN,
}


def test_they_were_built_from_these_sources() -> None:
    """After a change of the sources, run `make modules`."""
    check = [sys.executable, str(DIST.parent / "build"), "--check"]

    done = subprocess.run(check, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The script `wasm_modules/build`, with a compiler that gives what lies in dist/."""
    monkeypatch.syspath_prepend(str(DIST.parent))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    loader = SourceFileLoader("build_modules", str(DIST.parent / "build"))
    spec = spec_from_loader(loader.name, loader)
    assert spec is not None
    script = module_from_spec(spec)
    loader.exec_module(script)
    monkeypatch.setattr(script, "build", lambda _, folder: shutil.copytree(DIST, folder, dirs_exist_ok=True))
    yield script
    for name in ("manifest", "toolchain"):
        del sys.modules[name]


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DIST, tmp_path / "dist"))


def test_what_the_sources_give_passes_the_verification(build: ModuleType, copied: Path) -> None:
    assert build.verify(None, copied) == 0


@pytest.mark.parametrize("name", IMPORTS)
def test_a_byte_more_fails_the_verification_even_when_the_manifest_fits(
    build: ModuleType, copied: Path, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    module = copied / f"{name}.wasm"
    module.write_bytes(module.read_bytes() + b"\0")
    build.manifest.write("any", copied)

    assert build.verify(None, copied) == 1
    assert f"dist/{name}.wasm is not what these sources give" in capsys.readouterr().err


def test_a_file_that_no_source_gives_fails_the_verification(build: ModuleType, copied: Path) -> None:
    (copied / "extra.wasm").write_bytes(b"")

    assert build.verify(None, copied) == 1


def test_together_they_are_small() -> None:
    assert sum(path.stat().st_size for path in DIST.glob("*.wasm")) <= 1_800_000


@pytest.mark.parametrize("name", IMPORTS)
def test_they_import_what_their_world_grants(name: str, sandbox: Sandbox) -> None:
    imports = compiled(name).type.imports(sandbox.engine)
    imported = {
        interface: set(instance.ty.exports(sandbox.engine))
        for interface, instance in imports.items()
        if isinstance(instance.ty, component.ComponentInstanceType)
    }

    assert imported.keys() - {TYPES} == IMPORTS[name]
    assert len(imported) == len(imports)
    assert imported.get(TOKENS, {"count"}) == {"count"}


@pytest.mark.parametrize("path", sorted(DIST.glob("*.wasm")), ids=lambda path: path.stem)
def test_they_name_no_place_of_the_machine_that_built_them(path: Path) -> None:
    words = re.findall(rb"[\x20-\x7e]{6,}", path.read_bytes())
    places = [
        word for word in words if re.search(rb"(^|[^\w.])/(home|root|usr|tmp|work|build)/|\.cargo/", word)
    ]

    assert places == []


def test_a_module_in_another_s_place_is_refused(sandbox: Sandbox) -> None:
    for name, world in (
        ("llama-integration", openai_codec.WORLD),
        ("code-review-function", llama_module.WORLD),
    ):
        with pytest.raises(ModuleError) as caught:
            sandbox.load(DIST / f"{name}.wasm", "module", world)

        assert caught.value.kind == "imports"

    with pytest.raises(
        ModuleError, match=r"does not export a function `review`; see wasm_modules/README\.md"
    ):
        sandbox.load(DIST / "openai-integration.wasm", "module", review_function.WORLD)


WASI = """
  (import "wasi:cli/environment@0.2.0" (instance
    (export "get-environment" (func (result (list (tuple string string)))))))
"""


def test_a_guest_that_wants_wasi_is_refused_by_name(sandbox: Sandbox) -> None:
    with pytest.raises(ModuleError) as caught:
        sandbox.load(guest(ECHO, imports=WASI), "module", TEXT)

    assert caught.value.kind == "imports"
    assert "wasi:cli/environment@0.2.0 (get-environment)" in str(caught.value)
    assert "it may import nothing" in str(caught.value)


@pytest.mark.parametrize(
    ("contents", "words"),
    [
        (b"", "not a WebAssembly component"),
        (b"(component)", "not a WebAssembly component"),
        (b"\0asm\x01\0\0\0", "core module"),
        (b"\0asm\x0d\0\x01\0\xff\xff", "not a valid component"),
    ],
)
def test_what_is_no_component_is_refused(sandbox: Sandbox, contents: bytes, words: str) -> None:
    with pytest.raises(ModuleError, match=words) as caught:
        sandbox.load(contents, "module", TEXT)

    assert caught.value.kind == "load"


def test_a_file_that_is_not_there_is_told(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match="cannot be read") as caught:
        sandbox.load(tmp_path / "none.wasm", "module", TEXT)

    assert caught.value.kind == "load"


def test_a_function_with_other_parameters_is_refused(sandbox: Sandbox) -> None:
    with pytest.raises(ModuleError, match="it has 1 parameters, not 2") as caught:
        sandbox.load(guest(ECHO), "module", World("text", {"run": 2}))

    assert caught.value.kind == "load"
