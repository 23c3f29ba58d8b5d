"""Guests written by hand, in the text format: well-behaved ones and all kinds of others.

A guest has its memory and an allocator in one core module and its code in another, which may call
what the component imports.
"""

import functools
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from wasmtime import component, wat2wasm
from wasmtime.component import _types as types

from bot.sandbox import Sandbox
from bot.sandbox.world import World

ROOT = Path(__file__).parents[2]
DIST = ROOT / "wasm_modules" / "dist"

# The real modules take seconds to compile, so what is compiled stays for the next run.
SANDBOX = Sandbox(ROOT / ".cache" / "modules")

# `run: func(text: string) -> string`
TEXT = World("text", {"run": 1})

ECHO = """
  (func (export "run") (param $text i32) (param $length i32) (result i32)
    (i32.store (i32.const 8) (local.get $text))
    (i32.store (i32.const 12) (local.get $length))
    i32.const 8)
"""

TOKENS = """
  (import "code-review-bot:review/tokens@0.3.0" (instance $tokens
    (export "count" (func (param "text" string) (result u32)))))
"""

_SIGNATURE = '(param "text" string) (result string)'


def guest(
    code: str, *, export: str = "run", signature: str = _SIGNATURE, imports: str = "", pages: int = 2
) -> bytes:
    """A component that exports `code`'s function of that name; `pages` of 64 KiB to start with."""
    lowered = _LOWER_COUNT if "$tokens" in imports else ""
    with_host = '(with "host" (instance (export "count" (func $lowered))))' if lowered else ""
    imported = '(import "host" "count" (func $count (param i32 i32) (result i32)))' if lowered else ""
    return bytes(
        wat2wasm(f"""(component
  {imports}
  (core module $memory
    (memory (export "memory") {pages})
    (global $next (mut i32) (i32.const 65536))
    (func (export "realloc") (param i32 i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      (if (i32.gt_u (global.get $next) (i32.mul (memory.size) (i32.const 65536)))
        (then (drop (memory.grow (i32.add (i32.const 1) (i32.div_u (local.get $size) (i32.const 65536)))))))
      local.get $at))
  (core instance $memory (instantiate $memory))
  {lowered}
  (core module $code
    (import "memory" "memory" (memory 0))
    {imported}
    {code})
  (core instance $code (instantiate $code (with "memory" (instance $memory)) {with_host}))
  (func (export "{export}") {signature}
    (canon lift (core func $code "{export}")
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc")))))""")
    )


_LOWER_COUNT = """
  (alias export $tokens "count" (func $count))
  (core func $lowered (canon lower (func $count) (memory (core memory $memory "memory"))))
"""


def compiled(name: str) -> component.Component:
    """One of the real modules, to look at its types."""
    return SANDBOX._compiled((DIST / f"{name}.wasm").read_bytes(), name)


def review_guest(code: str, *, uses_tokens: bool = False) -> bytes:
    """A component of the world `code-review-function`; `code` exports `review`, which gets the address
    of its arguments and returns the address of its answer.
    """
    lines, signature = _review_types()
    imports = (TOKENS if uses_tokens else "") + "\n".join(lines)
    return guest(code, export="review", signature=signature, imports=imports)


@functools.cache
def _review_types() -> tuple[list[str], str]:
    """The types of `review`, read from the real module, in the text format."""
    function = compiled("code-review-function").type.exports(SANDBOX.engine)["review"].ty
    assert isinstance(function, component.FuncType)
    lines: list[str] = []
    params = " ".join(f'(param "{name}" {_wat(kind, lines)})' for name, kind in function.params)
    return lines, f"{params} (result {_wat(function.result, lines)})"


def _wat(kind: Any, lines: list[str]) -> str:
    """The name of a type; named types are declared in `lines`."""
    match kind:
        case types.RecordType():
            return _declared("record", "field", kind.fields, lines)
        case types.VariantType():
            return _declared("variant", "case", kind.cases, lines)
        case types.EnumType():
            names = " ".join(f'"{name}"' for name in kind.names)
            return _named(f"(enum {names})", lines)
    return _wat_unnamed(kind, lines)


def _wat_unnamed(kind: Any, lines: list[str]) -> str:
    match kind:
        case types.ListType():
            return f"(list {_wat(kind.element, lines)})"
        case types.OptionType():
            return f"(option {_wat(kind.payload, lines)})"
        case types.ResultType():
            return f"(result {_wat(kind.ok, lines)} (error {_wat(kind.err, lines)}))"
    return type(kind).__name__.lower()


def _declared(kind: str, part: str, parts: Iterable[tuple[str, Any]], lines: list[str]) -> str:
    body = " ".join(f'({part} "{name}" {_wat(inner, lines)})' for name, inner in parts)
    return _named(f"({kind} {body})", lines)


def _named(body: str, lines: list[str]) -> str:
    """Types of an exported function must be exported themselves."""
    number = len(lines)
    lines.append(f'(type $type{number} {body}) (export $named{number} "type{number}" (type $type{number}))')
    return f"$named{number}"
