"""The mends to wasmtime: they are in force, and they mend."""

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib import metadata

import pytest
from wasmtime import Engine, Store, component, wat2wasm

from bot.sandbox.components import wasmtime_fixes


@pytest.fixture(autouse=True)
def busy_threads() -> Iterator[None]:
    """The mends are applied, and threads take turns as often as they can."""
    wasmtime_fixes.apply()
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def called(kind: str, core: str) -> tuple[Engine, component.Component]:
    """A component with `f: func(value: KIND) -> KIND` that gives back what it gets."""
    engine = Engine()
    text = f"""(component
      (core module $m (memory (export "m") 64)
        (func (export "r") (param i32 i32 i32 i32) (result i32) i32.const 1024)
        {core})
      (core instance $m (instantiate $m))
      (func (export "f") (param "value" {kind}) (result {kind})
        (canon lift (core func $m "f") (memory (core memory $m "m")) (realloc (core func $m "r")))))"""
    return engine, component.Component(engine, bytes(wat2wasm(text)))


def function(engine: Engine, compiled: component.Component) -> tuple[Store, component.Func]:
    store = Store(engine)
    found = component.Linker(engine).instantiate(store, compiled).get_func(store, "f")
    assert found is not None
    return store, found


def test_the_version_is_the_one_they_were_written_for() -> None:
    assert metadata.version("wasmtime") == wasmtime_fixes.WRITTEN_FOR


SAME_LIST = """
  (func (export "f") (param i32 i32) (result i32)
    (i32.store (i32.const 8) (local.get 0)) (i32.store (i32.const 12) (local.get 1)) i32.const 8)
"""


@pytest.mark.parametrize("value", [b"", b"\0", bytes(range(256)), b"x" * 100_000])
def test_bytes_stay_what_they_are(value: bytes) -> None:
    store, same = function(*called("(list u8)", SAME_LIST))

    assert same(store, value) == value


SAME_RESULT = """
  (func (export "f") (param i32 i32 i32) (result i32)
    (i32.store (i32.const 8) (local.get 0)) (i32.store (i32.const 12) (local.get 1))
    (i32.store (i32.const 16) (local.get 2)) i32.const 8)
"""


def test_threads_do_not_mix_up_the_cases_of_a_variant() -> None:
    """Without the mend, about four in a thousand of these calls fail."""
    engine, compiled = called("(result (list string) (error string))", SAME_RESULT)

    def alternate(_thread: int) -> bool:
        for number in range(1000):
            value: str | list[str] = f"{number}" if number % 2 else []
            store, same = function(engine, compiled)
            if same(store, value) != value:
                return False
        return True

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(alternate, range(4)))
