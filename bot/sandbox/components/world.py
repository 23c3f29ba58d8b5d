"""Checks a module's imports and exports against its world in wasm_modules/wit/review.wit."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from wasmtime import Engine, component

from bot.core.errors import ModuleError
from bot.sandbox.components.signature import Signature
from bot.sandbox.components.value_types import ValueTypeError

CONTRACT = "code-review-bot:review"

Define = Callable[[component.LinkerInstance], None]


@dataclass(frozen=True)
class World:
    """`exports` maps required functions to their number of parameters, `optional` further ones. `grants` maps
    interfaces to the functions that a guest may use, and `define` adds the host functions to the linker.
    """

    name: str
    exports: Mapping[str, int]
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    define: Define = lambda _linker: None
    optional: Mapping[str, int] = field(default_factory=dict)

    def check_imports(self, module: str, compiled: component.Component, engine: Engine) -> None:
        """Raises `ModuleError` for imports, including functions of an interface, that are not granted. Types
        are always allowed.
        """
        for name, imported in compiled.type.imports(engine).items():
            granted = self.grants.get(name, frozenset())
            for used in _uses(imported.ty, engine):
                if used not in granted:
                    raise ModuleError("imports", module, self._refusal(name, used))

    def _refusal(self, name: str, used: str) -> str:
        granted = ", ".join(self.grants) or "nothing"
        imported = f"{name} ({used})" if used else name
        return f"imports {imported}, which is not granted to a {self.name}; it may import {granted}"

    def signatures(self, module: str, compiled: component.Component, engine: Engine) -> dict[str, Signature]:
        """The required and optional functions that the module exports."""
        exports = compiled.type.exports(engine)
        offered = {name: count for name, count in self.optional.items() if name in exports}
        functions = {**self.exports, **offered}
        return {name: _signature(module, name, count, exports) for name, count in functions.items()}


def _uses(imported: Any, engine: Engine) -> list[str]:
    """The names of the functions that an import uses; "" is the import itself."""
    if not isinstance(imported, component.ComponentInstanceType):
        return [] if isinstance(imported, component.ValType) else [""]
    return [
        name for name, item in imported.exports(engine).items() if not isinstance(item.ty, component.ValType)
    ]


def _signature(module: str, name: str, count: int, exports: Mapping[str, Any]) -> Signature:
    exported = exports[name].ty if name in exports else None
    if not isinstance(exported, component.FuncType):
        raise ModuleError("load", module, f"does not export a function `{name}`; see wasm_modules/README.md")
    try:
        signature = Signature(exported)
    except ValueTypeError as error:
        raise ModuleError("load", module, f"exports `{name}` with another contract: {error}") from None
    if len(signature.params) != count:
        raise ModuleError(
            "load",
            module,
            f"exports `{name}` with another contract: it has {len(signature.params)} parameters, not {count}",
        )
    return signature
