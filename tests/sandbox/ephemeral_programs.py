"""Whole programs, as compilers for WASI preview 1 make them: they start, say something and exit."""

import wasmtime

from tests.sandbox.ephemeral_guest import imported

_WASI = """
(import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "args_sizes_get" (func $args_sizes_get (param i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "environ_sizes_get" (func $environ_sizes_get (param i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "path_open" (func $path_open
  (param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)))
(import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
"""

_SAY = """
(func $say (param $at i32) (param $length i32)
  (i32.store (i32.const 16) (local.get $at))
  (i32.store (i32.const 20) (local.get $length))
  (drop (call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24))))
(func $try (param $errno i32)
  (if (local.get $errno) (then (call $proc_exit (local.get $errno)))))
(func $length (param $text i32) (result i32)
  (local $end i32)
  (local.set $end (local.get $text))
  (loop $on
    (if (i32.load8_u (local.get $end))
      (then (local.set $end (i32.add (local.get $end) (i32.const 1))) (br $on))))
  (i32.sub (local.get $end) (local.get $text)))
"""


def program(body: str, more: str = "", first: str = "") -> bytes:
    """WebAssembly. `body` is what it does; it may `$say` text, and `$try` ends it with an error number."""
    text = f"""(module {first} {imported()} {_WASI} (memory (export "memory") 16) {_SAY} {more}
      (func (export "_start") {body}))"""
    return bytes(wasmtime.wat2wasm(text))


CONFIG = '{"ctx-size": 512, "n-gpu-layers": 0, "n-predict": 8, "temp": 0, "stream-stdout": true}'
_QUOTE = '\\"'

# Asks the model that its first argument names what its second one says, as WasmEdge's examples do. Arguments
# lie from 1024 on, the tensor at 512, the answer from 65536 on.
ASK = program(
    """
    (call $try (call $args_get (i32.const 800) (i32.const 1024)))
    (call $try (call $load_by_name_with_config
      (i32.load (i32.const 804)) (call $length (i32.load (i32.const 804)))
      (i32.const 600) (i32.load (i32.const 596)) (i32.const 0)))
    (call $try (call $init_execution_context (i32.load (i32.const 0)) (i32.const 4)))
    (i32.store (i32.const 524) (i32.load (i32.const 808)))
    (i32.store (i32.const 528) (call $length (i32.load (i32.const 808))))
    (call $try (call $set_input (i32.load (i32.const 4)) (i32.const 0) (i32.const 512)))
    (call $try (call $compute (i32.load (i32.const 4))))
    (call $try (call $get_output (i32.load (i32.const 4)) (i32.const 0)
      (i32.const 65536) (i32.const 24576) (i32.const 8)))
    (call $say (i32.const 65536) (i32.load (i32.const 8)))
    """,
    f"""
    (data (i32.const 520) "\\03\\00\\00\\00")
    (data (i32.const 596) "\\{len(CONFIG):02x}\\00\\00\\00{CONFIG.replace('"', _QUOTE)}")
    """,
)

EXIT_7 = program(
    "(call $say (i32.const 600) (i32.const 4)) (call $proc_exit (i32.const 7))",
    '(data (i32.const 600) "bye\\n")',
)
COUNT_ARGUMENTS = program(
    "(call $try (call $args_sizes_get (i32.const 0) (i32.const 4)))(call $proc_exit (i32.load (i32.const 0)))"
)
COUNT_VARIABLES = program(
    "(call $try (call $environ_sizes_get (i32.const 0) (i32.const 4)))"
    "(call $proc_exit (i32.load (i32.const 0)))"
)
OPEN_FILE = program(
    """
    (call $proc_exit (call $path_open (i32.const 3) (i32.const 0) (i32.const 600) (i32.const 4)
      (i32.const 0) (i64.const 2) (i64.const 0) (i32.const 0) (i32.const 32)))
    """,
    '(data (i32.const 600) "file")',
)
READ_FOR_EVER = program(
    """
    (i32.store (i32.const 16) (i32.const 65536))
    (i32.store (i32.const 20) (i32.const 100))
    (loop $again
      (drop (call $fd_read (i32.const 0) (i32.const 16) (i32.const 1) (i32.const 24)))
      (br $again))
    """
)
GROW = program("(call $proc_exit (i32.ne (memory.grow (i32.const 300)) (i32.const -1)))")
COMPUTE = program("(call $proc_exit (call $compute (i32.const 0)))")
TRAP = program("unreachable")
RECURSE = program("(call $deep)", "(func $deep (call $deep))")
SERVE = program(
    "nop",
    first="""
    (import "wasi_snapshot_preview1" "sock_open" (func (param i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_setsockopt" (func (param i32 i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "sock_accept" (func (param i32 i32) (result i32)))
    """,
)
