"""Two fixes for wasmtime-py 50.0.1, whose conversions host functions still use.

- A `list<u8>` is converted byte by byte, a microsecond each; a prompt of 100 kB takes 0.1 s.
- The case of a variant is found by a global set that all threads empty and fill.

They reach into private names, so they are applied only to the version they were written for.
"""

import ctypes
import threading
from collections.abc import Iterator
from importlib import metadata
from typing import Any

from wasmtime import _ffi as ffi
from wasmtime.component import _types as types

WRITTEN_FOR = "50.0.1"

_SIZE = ctypes.sizeof(ffi.wasmtime_component_val_t)
_BYTE = ffi.wasmtime_component_val_t.of.offset
_KIND = ffi.wasmtime_component_val_t.kind.offset

_list_to_c = types.ListType.convert_to_c
_list_from_c = types.ListType.convert_from_c


def apply() -> None:
    """Applies the fixes once; further calls do nothing."""
    if metadata.version("wasmtime") != WRITTEN_FOR or isinstance(types.case_test_cache, _ClassesByThread):
        return
    patched: Any = types
    patched.case_test_cache = _ClassesByThread()
    patched.ListType.convert_to_c = _bytes_to_c
    patched.ListType.convert_from_c = _bytes_from_c


class _ClassesByThread(threading.local):
    """The operations of a set that wasmtime uses, with a separate set per thread."""

    def __init__(self) -> None:
        self._classes: set[type] = set()

    def clear(self) -> None:
        self._classes.clear()

    def add(self, found: type) -> None:
        self._classes.add(found)

    def __iter__(self) -> Iterator[type]:
        return iter(self._classes)


def _bytes_to_c(self: Any, store: Any, value: Any, pointer: Any) -> None:
    if not (isinstance(value, bytes) and self._is_bytes()):
        _list_to_c(self, store, value, pointer)
        return
    cells = bytearray(_SIZE * len(value))
    cells[_KIND::_SIZE] = bytes([ffi.WASMTIME_COMPONENT_U8.value]) * len(value)
    cells[_BYTE::_SIZE] = value
    raw = ffi.wasmtime_component_vallist_t()
    ffi.wasmtime_component_vallist_new_uninit(raw, len(value))
    ctypes.memmove(raw.data, bytes(cells), len(cells))
    pointer.contents.kind = ffi.WASMTIME_COMPONENT_LIST
    pointer.contents.of.list = raw


def _bytes_from_c(self: Any, cell: Any) -> Any:
    if not self._is_bytes():
        return _list_from_c(self, cell)
    raw = cell.of.list
    try:
        return ctypes.string_at(raw.data, _SIZE * raw.size)[_BYTE::_SIZE] if raw.size else b""
    finally:
        ffi.wasmtime_component_vallist_delete(ctypes.byref(raw))
