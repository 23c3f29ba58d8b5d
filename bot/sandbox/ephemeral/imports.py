"""Checks a program's imports: WASI preview 1 and the twelve functions are supported."""

import wasmtime
from wasmtime import FuncType, Module

from bot.core.errors import ModuleError
from bot.sandbox.ephemeral.functions import FUNCTIONS
from bot.sandbox.ephemeral.host_functions import NAME

WASI = "wasi_snapshot_preview1"

# Of WASI preview 1, which knows no other sockets than those it is started with.
_STANDARD = frozenset({"sock_accept", "sock_recv", "sock_send", "sock_shutdown"})
_PARAMETERS = {"sock_accept": 3, "sock_recv": 6, "sock_send": 5}


def check(module: Module, name: str) -> None:
    """Raises `ModuleError` that names the unsupported imports."""
    sockets = [imported.name or "" for imported in module.imports if _is_foreign_socket(imported)]
    if sockets:
        raise ModuleError(
            "imports",
            name,
            f"imports WasmEdge sockets ({', '.join(sorted(sockets))}), which are not supported; use a "
            "program that reads its arguments or standard input instead of a server such as llama-api-server",
        )
    unknown = [f"{imported.module}.{imported.name}" for imported in module.imports if not _is_known(imported)]
    if unknown:
        raise ModuleError(
            "imports",
            name,
            f"imports {', '.join(unknown[:10])}: only {WASI} and the {len(FUNCTIONS)} functions of {NAME} "
            "are supported",
        )


def _is_foreign_socket(imported: wasmtime.ImportType) -> bool:
    name, kind = imported.name or "", imported.type
    if imported.module != WASI or not name.startswith("sock_") or not isinstance(kind, FuncType):
        return False
    wanted = _PARAMETERS.get(name, len(kind.params))
    return name not in _STANDARD or len(kind.params) != wanted


def _is_known(imported: wasmtime.ImportType) -> bool:
    if imported.module == NAME:
        return imported.name in FUNCTIONS
    return imported.module == WASI
