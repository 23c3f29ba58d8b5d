"""Guests of wasi:nn, written step by step: each step is a call of the interface, in the text format."""

from collections.abc import Sequence

from wasmtime import wat2wasm

from bot.sandbox.components.world import World
from bot.sandbox.wasi_nn.interface import GRANTS, VERSION, define

# `run: func() -> string`
NN = World("wasi:nn guest", {"run": 0}, GRANTS, define)

CODES = (
    "invalid-argument",
    "invalid-encoding",
    "timeout",
    "runtime-error",
    "unsupported-operation",
    "too-large",
    "not-found",
    "security",
    "unknown",
)
KINDS = ("FP16", "FP32", "FP64", "BF16", "U8", "I32", "I64")
ENCODINGS = ("openvino", "onnx", "tensorflow", "pytorch", "tensorflowlite", "ggml", "autodetect")
TARGETS = ("cpu", "gpu", "tpu")

RESULT, ANSWER, HEAP = 16, 48, 1 << 20  # addresses

SIGNATURES = {
    "new": "(param i32 i32 i32 i32 i32) (result i32)",
    "dimensions": "(param i32 i32)",
    "ty": "(param i32) (result i32)",
    "contents": "(param i32 i32)",
    "code": "(param i32) (result i32)",
    "words": "(param i32 i32)",
    "load": "(param i32 i32 i32 i32 i32)",
    "load-by-name": "(param i32 i32 i32)",
    "init": "(param i32 i32)",
    "compute": "(param i32 i32 i32 i32)",
    "drop-tensor": "(param i32)",
    "drop-graph": "(param i32)",
    "drop-context": "(param i32)",
    "drop-error": "(param i32)",
}


class Program:
    """Calls one after another. What a call makes has the name of a local, to be used in later calls."""

    def __init__(self) -> None:
        self._contents = bytearray()
        self._steps: list[str] = []
        self._locals = 0

    def put(self, contents: bytes) -> tuple[int, int]:
        """Where the guest has these bytes, and how many."""
        at = 256 + len(self._contents)
        self._contents += contents + bytes(-len(contents) % 8)
        return at, len(contents)

    def step(self, code: str) -> None:
        self._steps.append(code)

    def call(self, name: str, *numbers: int | str) -> str:
        """The call as an expression; numbers are constants, texts are locals."""
        return f"(call ${name} {' '.join(_operand(number) for number in numbers)})"

    def made(self, expression: str) -> str:
        """Keeps the value of an expression in a new local."""
        name = f"$made{self._locals}"
        self._locals += 1
        self.step(f"(local.set {name} {expression})")
        return name

    # ── calls that give up with the error's code and words ──────────────────────────────────────

    def tensor(self, contents: bytes, dimensions: Sequence[int] | None = None, kind: str = "U8") -> str:
        shape = [len(contents)] if dimensions is None else dimensions
        at, _ = self.put(b"".join(length.to_bytes(4, "little") for length in shape))
        return self.made(self.call("new", at, len(shape), KINDS.index(kind), *self.put(contents)))

    def load(self, *parts: bytes, encoding: str = "ggml", target: str = "cpu") -> str:
        listed = b"".join(number.to_bytes(4, "little") for part in parts for number in self.put(part))
        at, _ = self.put(listed)
        number = ENCODINGS.index(encoding)
        return self._checked("load", at, len(parts), number, TARGETS.index(target))

    def load_by_name(self, name: str) -> str:
        return self._checked("load-by-name", *self.put(name.encode()))

    def init(self, graph: str) -> str:
        return self._checked("init", graph)

    def compute(self, context: str, **tensors: str) -> None:
        """Afterwards `answer` shows an output."""
        self.compute_list(context, list(tensors.items()))

    def compute_list(self, context: str, tensors: Sequence[tuple[str, str]]) -> None:
        names = [self.put(name.encode()) for name, _ in tensors]
        listed, _ = self.put(bytes(12 * len(tensors)))
        for number, (name, (_, tensor)) in enumerate(zip(names, tensors, strict=True)):
            fields: tuple[int | str, ...] = (*name, tensor)
            for place, value in enumerate(fields):
                self.step(f"(i32.store (i32.const {listed + 12 * number + 4 * place}) {_operand(value)})")
        self._checked("compute", context, listed, len(tensors))

    def answer(self, number: int = 0) -> None:
        """The contents of an output are the guest's answer."""
        output = f"(i32.load offset={12 * number + 8} (i32.load (i32.const {RESULT + 4})))"
        self.step(f"(call $contents {output} (i32.const {ANSWER})) (return (i32.const {ANSWER}))")

    def drop(self, kind: str, *things: str) -> None:
        for thing in things:
            self.step(self.call(f"drop-{kind}", thing))

    def _checked(self, name: str, *numbers: int | str) -> str:
        self.step(self.call(name, *numbers, RESULT))
        self.step(
            f"(if (i32.load8_u (i32.const {RESULT})) "
            f"(then (return (call $failed (i32.load (i32.const {RESULT + 4}))))))"
        )
        return self.made(f"(i32.load (i32.const {RESULT + 4}))")

    def component(self) -> bytes:
        return bytes(wat2wasm(_component(bytes(self._contents), " ".join(self._steps), self._locals)))


def told(answer: str) -> tuple[str, str]:
    """The code and the words of an error that ended a program; no code for another answer."""
    if answer[:1] == "\x01":
        return CODES[int(answer[1])], answer[2:]
    return "", answer


def _operand(number: int | str) -> str:
    return f"(local.get {number})" if isinstance(number, str) else f"(i32.const {number})"


def _component(contents: bytes, code: str, locals_: int) -> str:
    shown = "".join(f"\\{byte:02x}" for byte in contents)
    imports = "\n".join(f'(import "host" "{name}" (func ${name} {sig}))' for name, sig in SIGNATURES.items())
    given = " ".join(f'(export "{name}" (func ${name}))' for name in SIGNATURES)
    return f"""(component {_INSTANCES} {_MEMORY} {_LOWERED}
  (core module $code
    (import "memory" "memory" (memory 0))
    (import "memory" "realloc" (func $realloc (param i32 i32 i32 i32) (result i32)))
    {imports}
    (data (i32.const 256) "{shown}")
    (func $failed (param $error i32) (result i32) (local $at i32)
      (local.set $at (call $realloc (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 2)))
      (i32.store8 (local.get $at) (i32.const 1))
      (i32.store8 offset=1 (local.get $at) (i32.add (i32.const 48) (call $code (local.get $error))))
      (call $words (local.get $error) (i32.const {ANSWER}))
      (i32.store (i32.const {ANSWER}) (local.get $at))
      (i32.store (i32.const {ANSWER + 4}) (i32.add (i32.const 2) (i32.load (i32.const {ANSWER + 4}))))
      (i32.const {ANSWER}))
    (func (export "run") (result i32) {" ".join(f"(local $made{n} i32)" for n in range(locals_))}
      {code}
      (i32.const {ANSWER})))
  (core instance $code (instantiate $code (with "memory" (instance $memory))
    (with "host" (instance {given}))))
  (func (export "run") (result string) (canon lift (core func $code "run")
      (memory (core memory $memory "memory")) (realloc (core func $memory "realloc")))))"""


_MEMORY = f"""
  (core module $memory (memory (export "memory") {HEAP // 65536 + 16})
    (global $next (mut i32) (i32.const {HEAP}))
    (func (export "realloc") (param i32 i32) (param $align i32) (param $size i32) (result i32)
      (local $at i32)
      (local.set $at (i32.and
        (i32.add (global.get $next) (i32.sub (local.get $align) (i32.const 1)))
        (i32.sub (i32.const 0) (local.get $align))))
      (global.set $next (i32.add (local.get $at) (local.get $size)))
      local.get $at))
  (core instance $memory (instantiate $memory))
"""


def _enum(names: Sequence[str]) -> str:
    return "(enum " + " ".join('"' + name + '"' for name in names) + ")"


_INSTANCES = f"""
  (import "wasi:nn/errors@{VERSION}" (instance $errors
    (type $codes {_enum(CODES)}) (export "error-code" (type $code (eq $codes)))
    (export "error" (type $error (sub resource)))
    (export "[method]error.code" (func (param "self" (borrow $error)) (result $code)))
    (export "[method]error.data" (func (param "self" (borrow $error)) (result string)))))
  (alias export $errors "error" (type $error))
  (import "wasi:nn/tensor@{VERSION}" (instance $tensors
    (export "tensor" (type $tensor (sub resource)))
    (type $kinds {_enum(KINDS)}) (export "tensor-type" (type $kind (eq $kinds)))
    (export "[constructor]tensor" (func
      (param "dimensions" (list u32)) (param "ty" $kind) (param "data" (list u8)) (result (own $tensor))))
    (export "[method]tensor.dimensions" (func (param "self" (borrow $tensor)) (result (list u32))))
    (export "[method]tensor.ty" (func (param "self" (borrow $tensor)) (result $kind)))
    (export "[method]tensor.data" (func (param "self" (borrow $tensor)) (result (list u8))))))
  (alias export $tensors "tensor" (type $tensor))
  (import "wasi:nn/inference@{VERSION}" (instance $inference
    (alias outer 1 $error (type $outer)) (export "error" (type $failed (eq $outer)))
    (alias outer 1 $tensor (type $theirs)) (export "tensor" (type $tensor (eq $theirs)))
    (export "graph-execution-context" (type $context (sub resource)))
    (export "[method]graph-execution-context.compute" (func (param "self" (borrow $context))
      (param "inputs" (list (tuple string (own $tensor))))
      (result (result (list (tuple string (own $tensor))) (error (own $failed))))))))
  (alias export $inference "graph-execution-context" (type $context))
  (import "wasi:nn/graph@{VERSION}" (instance $graphs
    (alias outer 1 $error (type $outer)) (export "error" (type $failed (eq $outer)))
    (alias outer 1 $context (type $theirs)) (export "graph-execution-context" (type $context (eq $theirs)))
    (export "graph" (type $graph (sub resource)))
    (type $encodings {_enum(ENCODINGS)}) (export "graph-encoding" (type $encoding (eq $encodings)))
    (type $targets {_enum(TARGETS)}) (export "execution-target" (type $target (eq $targets)))
    (export "load" (func (param "builder" (list (list u8))) (param "encoding" $encoding)
      (param "target" $target) (result (result (own $graph) (error (own $failed))))))
    (export "load-by-name" (func (param "name" string) (result (result (own $graph) (error (own $failed))))))
    (export "[method]graph.init-execution-context" (func (param "self" (borrow $graph))
      (result (result (own $context) (error (own $failed))))))))
  (alias export $graphs "graph" (type $graph))
"""

_FUNCTIONS = {
    "new": ("tensors", "[constructor]tensor"),
    "dimensions": ("tensors", "[method]tensor.dimensions"),
    "ty": ("tensors", "[method]tensor.ty"),
    "contents": ("tensors", "[method]tensor.data"),
    "code": ("errors", "[method]error.code"),
    "words": ("errors", "[method]error.data"),
    "load": ("graphs", "load"),
    "load-by-name": ("graphs", "load-by-name"),
    "init": ("graphs", "[method]graph.init-execution-context"),
    "compute": ("inference", "[method]graph-execution-context.compute"),
}

_LOWERED = "\n".join(
    f"""
  (alias export ${instance} "{export}" (func $of-{name}))
  (core func ${name} (canon lower (func $of-{name}) (memory (core memory $memory "memory"))
    (realloc (core func $memory "realloc"))))"""
    for name, (instance, export) in _FUNCTIONS.items()
) + "\n".join(
    f"\n  (core func $drop-{kind} (canon resource.drop ${kind}))"
    for kind in ("tensor", "graph", "context", "error")
)
