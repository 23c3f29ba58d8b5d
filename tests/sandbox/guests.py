"""Guests written by hand, in the text format: well-behaved ones and all kinds of others.

A guest has its memory and an allocator in one core module and its code in another, which may call
what the component imports.
"""

import fcntl
import functools
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from wasmtime import component, wat2wasm
from wasmtime.component import _types as types

from bot.sandbox import Sandbox
from bot.sandbox.components.module_cache import Cache
from bot.sandbox.components.world import World
from bot.sandbox.sandbox import _cache_key

ROOT = Path(__file__).parents[2]
DIST = ROOT / "wasm_modules" / "dist"


class _Everything(Cache):
    """Removes nothing: the tests have more guests than the product keeps, and make the large ones first."""

    def _prune(self) -> None:
        pass


# The real modules take seconds to compile, so what is compiled stays for the next run.
SANDBOX = Sandbox()
SANDBOX._cache = _Everything(ROOT / ".cache" / "modules")

# `run: func(text: string) -> string`
TEXT = World("text", {"run": 1})

ECHO = """
  (func (export "run") (param $text i32) (param $length i32) (result i32)
    (i32.store (i32.const 8) (local.get $text))
    (i32.store (i32.const 12) (local.get $length))
    i32.const 8)
"""

TOKENS = """
  (import "code-review-bot:review/tokens@0.4.0" (instance $tokens
    (export "count" (func (param "text" string) (result u32)))))
"""

_SIGNATURE = '(param "text" string) (result string)'


def guest(
    code: str,
    *,
    export: str = "run",
    signature: str = _SIGNATURE,
    imports: str = "",
    pages: int = 2,
    more: str = "",
) -> bytes:
    """A component that exports `code`'s function of that name; `pages` of 64 KiB to start with. `more` are
    further exports, as text.
    """
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
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
  {more})""")
    )


_LOWER_COUNT = """
  (alias export $tokens "count" (func $count))
  (core func $lowered (canon lower (func $count) (memory (core memory $memory "memory"))))
"""


def compiled(name: str) -> component.Component:
    """One of the real modules, to look at its types."""
    return SANDBOX._compiled((DIST / f"{name}.wasm").read_bytes(), name)


def product_cache(folder: Path) -> Path:
    """A cache for servers and commands, with the real modules in it. Of several processes of the tests, the
    first compiles them, and the others wait.
    """
    lock = ROOT / ".cache" / "compiling"
    lock.parent.mkdir(exist_ok=True)
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        for path in DIST.glob("*.wasm"):
            kept = bytes(compiled(path.stem).serialize())
            Cache(folder).write(_cache_key(path.read_bytes()), kept)
    return folder


def review_guest(code: str, *, uses_tokens: bool = False, more: str = "") -> bytes:
    """A component of the world `code-review-function`; `code` exports `review`, which gets the address
    of its arguments and returns the address of its answer. `more` are further exports, as text.
    """
    lines, signature = _review_types()
    imports = (TOKENS if uses_tokens else "") + "\n".join(lines)
    return guest(code, export="review", signature=signature, imports=imports, more=more)


def ruled_guest(families: Sequence[str], fails: str, *, tells: bool = True) -> bytes:
    """A review function with these families of rules, which are told by their first letters. It ends by the
    code `fails`, most often a trap behind `(call $on (i32.const LETTER))`: whether that family is on.
    Otherwise it asks a model, if there is one, a single question, and is done when that is answered. Without
    `tells`, it exports no `families`.
    """
    texts = "".join(families)
    starts = [sum(map(len, families[:at])) for at in range(len(families))]
    entries = (part for at, name in enumerate(families) for part in (1024 + starts[at], len(name)))
    listed = "".join(f"\\{byte:02x}" for part in entries for byte in part.to_bytes(4, "little"))
    return review_guest(
        f"""
  (data (i32.const 1024) "{texts}")
  (data (i32.const 4096) "{listed}")
  (data (i32.const 256) "purpose")
  (func (export "families") (result i32)
    (i32.store (i32.const 8) (i32.const 4096)) (i32.store (i32.const 12) (i32.const {len(families)}))
    i32.const 8)
  (global $arguments (mut i32) (i32.const 0))
  (func $on (param $letter i32) (result i32) (local $at i32) (local $end i32)
    (local.set $at (i32.load offset={OMIT} (global.get $arguments)))
    (local.set $end (i32.add (local.get $at)
      (i32.mul (i32.const 8) (i32.load offset={OMIT + 4} (global.get $arguments)))))
    (loop $next
      (if (i32.lt_u (local.get $at) (local.get $end))
        (then
          (if (i32.eq (i32.load8_u (i32.load (local.get $at))) (local.get $letter))
            (then (return (i32.const 0))))
          (local.set $at (i32.add (local.get $at) (i32.const 8)))
          (br $next))))
    (i32.load8_u offset={SIGNALS} (global.get $arguments)))
  (func (export "review") (param i32) (result i32)
    (global.set $arguments (local.get 0))
    {fails}
    (if (i32.and (i32.load8_u offset={MODEL} (local.get 0))
        (i32.eqz (i32.load offset={ANSWERS + 4} (local.get 0))))
      (then
        (i32.store (i32.const 24) (i32.const 512)) (i32.store (i32.const 28) (i32.const 1))
        (i32.store (i32.const 512) (i32.const 256)) (i32.store (i32.const 516) (i32.const 7))
        (i32.store (i32.const 520) (i32.const 640)) (i32.store (i32.const 524) (i32.const 1))
        (i32.store8 (i32.const 640) (i32.const 1))
        (i32.store (i32.const 644) (i32.const 256)) (i32.store (i32.const 648) (i32.const 7))
        (i32.store (i32.const 540) (i32.const 100))
        (return (i32.const 16))))
    (i32.store8 (i32.const 20) (i32.const 2))
    (i32.store (i32.const 24) (i32.const 256)) (i32.store (i32.const 28) (i32.const 7))
    (i32.store (i32.const 132) (i32.const 1))
    i32.const 16)
""",
        more=FAMILIES if tells else "",
    )


# Where the arguments of `review` lie: the change takes 136 bytes, the settings begin with the model and end
# with the features and with what is left out, and the answers follow.
MODEL = 136
SIGNALS = 236
OMIT = 248
ANSWERS = 256

FAMILIES = """
  (func (export "families") (result (list string))
    (canon lift (core func $code "families")
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc"))))
"""


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
