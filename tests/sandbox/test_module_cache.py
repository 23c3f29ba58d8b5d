"""Compiled modules on disk: found again, and never believed when somebody else could have written them."""

import os
from pathlib import Path

import pytest
from wasmtime import Engine, WasmtimeError, component

from bot.sandbox import Sandbox
from bot.sandbox.components.guest_limits import GuestLimits
from bot.sandbox.components.module_cache import KEPT, Cache
from tests.sandbox.guests import ECHO, TEXT, guest

GUEST = guest(ECHO)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "state" / "modules"


def says_hello(folder: Path) -> bool:
    module = Sandbox(folder).load(GUEST, "echo", TEXT)
    return bool(module.call("run", ("hello",), GuestLimits()) == "hello")


@pytest.fixture
def compiled(folder: Path) -> Path:
    """The only file in the cache."""
    assert says_hello(folder)
    (path,) = folder.iterdir()
    return path


@pytest.fixture
def compilations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The sizes of the modules that are compiled."""
    sizes: list[int] = []
    compile_ = component.Component.__init__

    def counted(self: component.Component, engine: Engine, wasm: bytes) -> None:
        sizes.append(len(wasm))
        compile_(self, engine, wasm)

    monkeypatch.setattr(component.Component, "__init__", counted)
    return sizes


def test_a_module_is_compiled_once(compiled: Path, folder: Path, compilations: list[int]) -> None:
    assert says_hello(folder)
    assert compilations == []


def test_only_the_owner_may_enter(compiled: Path, folder: Path) -> None:
    assert [path.stat().st_mode & 0o777 for path in (folder, compiled)] == [0o700, 0o600]


@pytest.mark.parametrize("damage", [b"", b"short", b"\x7fELF" + b"x" * 5000])
def test_a_damaged_file_is_compiled_anew(
    damage: bytes, compiled: Path, folder: Path, compilations: list[int]
) -> None:
    whole = compiled.read_bytes()
    compiled.write_bytes(damage)

    assert says_hello(folder)
    assert compilations == [len(GUEST)]
    assert len(compiled.read_bytes()) == len(whole)


def test_a_flipped_bit_is_noticed(compiled: Path, folder: Path, compilations: list[int]) -> None:
    contents = bytearray(compiled.read_bytes())
    contents[len(contents) // 2] ^= 1
    compiled.write_bytes(contents)

    assert says_hello(folder)
    assert compilations == [len(GUEST)]


def test_code_for_another_machine_is_compiled_anew(
    compiled: Path, folder: Path, compilations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_engine: object, _contents: bytes) -> component.Component:
        raise WasmtimeError("compiled with other features")

    monkeypatch.setattr(component.Component, "deserialize", refuse)

    assert says_hello(folder)
    assert compilations == [len(GUEST)]


def test_a_folder_that_others_may_write_to_is_not_used(
    compiled: Path, folder: Path, compilations: list[int]
) -> None:
    for mode in (0o770, 0o707, 0o755):
        folder.chmod(mode)
        assert says_hello(folder)

    assert compilations == [len(GUEST)] * 3


def test_a_file_that_others_may_write_to_is_not_used(
    compiled: Path, folder: Path, compilations: list[int]
) -> None:
    compiled.chmod(0o666)

    assert says_hello(folder)
    assert compilations == [len(GUEST)]


def test_links_are_not_followed(
    compiled: Path, folder: Path, tmp_path: Path, compilations: list[int]
) -> None:
    elsewhere = tmp_path / "elsewhere"
    compiled.rename(elsewhere)
    compiled.symlink_to(elsewhere)
    linked = tmp_path / "linked"
    linked.symlink_to(folder)

    assert says_hello(linked)
    assert says_hello(folder)
    assert compilations == [len(GUEST)] * 2
    assert not compiled.is_symlink()


def test_of_somebody_else_nothing_is_used(
    compiled: Path, folder: Path, compilations: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)

    assert says_hello(folder)
    assert compilations == [len(GUEST)]


def test_a_folder_that_cannot_be_made_is_done_without(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    assert says_hello(tmp_path / "file" / "modules")


def test_the_oldest_files_go(folder: Path) -> None:
    cache = Cache(folder)
    for number in range(KEPT + 3):
        cache.write(f"{number}", b"x")
        os.utime(folder / f"{number}.cwasm", (number, number))
    cache.write("latest", b"y")

    assert len(list(folder.iterdir())) == KEPT
    assert (cache.read("0"), cache.read("latest")) == (None, b"y")
