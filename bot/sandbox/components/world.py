"""What a module may be given and must offer, as wasm_modules/wit/review.wit says; holding it to that."""

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
    """`exports` names functions with their number of parameters, `optional` those that may be left out.
    `grants` names interfaces with what a guest may use of each, and `define` puts host functions behind them.
    """

    name: str
    exports: Mapping[str, int]
    grants: Mapping[str, frozenset[str]] = field(default_factory=dict)
    define: Define = lambda _linker: None
    optional: Mapping[str, int] = field(default_factory=dict)

    def check_imports(self, module: str, compiled: component.Component, engine: Engine) -> None:
        """Refuses what is not granted, functions within an interface too. Types are harmless."""
        for name, imported in compiled.type.imports(engine).items():
            granted = self.grants.get(name, frozenset())
            for used in _uses(imported.ty, engine):
                if used not in granted:
                    raise ModuleError("imports", module, self._refusal(name, used))

    def _refusal(self, name: str, used: str) -> str:
        granted = ", ".join(self.grants) or "nothing"
        what = f"{name} ({used})" if used else name
        return f"imports {what}, which a {self.name} is not granted; it may import {granted}"

    def signatures(self, module: str, compiled: component.Component, engine: Engine) -> dict[str, Signature]:
        """The exported functions that the world asks for, or knows."""
        exports = compiled.type.exports(engine)
        offered = {name: count for name, count in self.optional.items() if name in exports}
        wanted = {**self.exports, **offered}
        return {name: _signature(module, name, count, exports) for name, count in wanted.items()}


def _uses(imported: Any, engine: Engine) -> list[str]:
    """The names that an import needs behind it, of those that do anything; "" is the import itself."""
    if not isinstance(imported, component.ComponentInstanceType):
        return [] if isinstance(imported, component.ValType) else [""]
    return [
        name for name, item in imported.exports(engine).items() if not isinstance(item.ty, component.ValType)
    ]


def _signature(module: str, name: str, count: int, exports: Mapping[str, Any]) -> Signature:
    exported = exports[name].ty if name in exports else None
    if not isinstance(exported, component.FuncType):
        raise ModuleError("load", module, f"exports no function `{name}`; see wasm_modules/README.md")
    try:
        signature = Signature(exported)
    except ValueTypeError as error:
        raise ModuleError("load", module, f"exports a `{name}` of another contract: {error}") from None
    if len(signature.params) != count:
        raise ModuleError(
            "load",
            module,
            f"exports a `{name}` of another contract: it takes {len(signature.params)} values, not {count}",
        )
    return signature
