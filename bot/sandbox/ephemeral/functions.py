"""The twelve functions of `wasi_ephemeral_nn`, as WasmEdge has them for GGML models."""

from collections.abc import Callable

from bot.sandbox.ephemeral.config import MOST_BYTES as MOST_CONFIG
from bot.sandbox.ephemeral.errno import Errno, Fault
from bot.sandbox.ephemeral.guest_memory import WORD, GuestMemory
from bot.sandbox.ephemeral.session import Session

# Encodings and targets by number.
AUTODETECT, GGML = 5, 6
TARGETS = 3  # cpu, gpu and tpu; `auto` is for the command line alone

PRELOAD = b"preload:"
METADATA = 1  # the tensor that is JSON, going in and coming out; every other one is text

MOST_NAME = 4096  # bytes
MOST_PROMPT = 16 << 20
MOST_BUILDERS = 16
MOST_MODEL = 1 << 31

# A program that says its buffer has no room, and reads from it all the same: LlamaEdge does. Its buffers
# are as long as this.
UNTOLD_ROOM = (1 << 14) * 15 + 128

# Where a pointer to an empty buffer points to: nowhere, or the alignment that it would have.
NOWHERE = 16

# Kinds of tensor that are bytes: U8 was 2 until WasmEdge 0.15, and is 3 from then on.
BYTES = frozenset({2, 3})


def load(  # noqa: PLR0917 - as many as the interface has
    session: Session, memory: GuestMemory, builders: int, count: int, encoding: int, target: int, out: int
) -> None:
    """The first builder is the model, or `preload:` and its path; the second, its configuration."""
    memory.check(out, WORD)
    if encoding not in (AUTODETECT, GGML):
        raise Fault(Errno.INVALID_ENCODING, f"encoding {encoding} is not GGML")
    if target >= TARGETS or not 1 <= count <= MOST_BUILDERS:
        raise Fault(Errno.INVALID_ARGUMENT, f"target {target}, {count} builders")
    words = memory.words(builders, 2 * count)
    configuration = memory.read(words[2], words[3], MOST_CONFIG) if count > 1 else b"{}"
    model = memory.read(words[0], words[1], MOST_MODEL)
    if model.startswith(PRELOAD):
        path = _text(model[len(PRELOAD) :][: MOST_NAME + 1], Errno.INVALID_ARGUMENT)
        memory.put(out, session.load_file(path, configuration))
    else:
        memory.put(out, session.load_bytes(model, configuration))


def load_by_name(session: Session, memory: GuestMemory, name: int, length: int, out: int) -> None:
    memory.check(out, WORD)
    memory.put(out, session.load_name(_name(memory, name, length), b"{}"))


def load_by_name_with_config(  # noqa: PLR0917 - as many as the interface has
    session: Session, memory: GuestMemory, name: int, length: int, config: int, config_length: int, out: int
) -> None:
    memory.check(out, WORD)
    called = _name(memory, name, length)
    memory.put(out, session.load_name(called, memory.read(config, config_length, MOST_CONFIG)))


def init_execution_context(session: Session, memory: GuestMemory, graph: int, out: int) -> None:
    memory.check(out, WORD)
    memory.put(out, session.new_context(graph))


def set_input(session: Session, memory: GuestMemory, context: int, index: int, tensor: int) -> None:
    """A tensor is five words: dimensions (which GGML does without), kind, and what is in it. Of the kind
    only the lowest byte counts, the others are padding.
    """
    _, _, kind, address, length = memory.words(tensor, 5)
    if kind & 0xFF not in BYTES:
        raise Fault(Errno.INVALID_ARGUMENT, f"a tensor of type {kind & 0xFF} is not text")
    if index == METADATA:
        session.configure(context, memory.read(address, length, MOST_CONFIG))
    else:
        session.ask(context, memory.read(address, length, MOST_PROMPT))


def compute(session: Session, _memory: GuestMemory, context: int) -> None:
    session.context(context).compute(session.deadline, session.show)


def compute_single(session: Session, _memory: GuestMemory, context: int) -> None:
    session.context(context).compute_single(session.deadline)


def fini_single(session: Session, _memory: GuestMemory, context: int) -> None:
    session.context(context).clear()


def get_output(  # noqa: PLR0917 - as many as the interface has
    session: Session, memory: GuestMemory, context: int, index: int, out: int, most: int, written: int
) -> None:
    asked = session.context(context)
    _give(memory, asked.metadata if index == METADATA else _first(index, asked.text), out, most, written)


def get_output_single(  # noqa: PLR0917 - as many as the interface has
    session: Session, memory: GuestMemory, context: int, index: int, out: int, most: int, written: int
) -> None:
    asked = session.context(context)
    _give(memory, asked.metadata if index == METADATA else _first(index, asked.last), out, most, written)


def unload(session: Session, _memory: GuestMemory, graph: int) -> None:
    session.unload(graph)


def finalize_execution_context(session: Session, _memory: GuestMemory, context: int) -> None:
    session.drop_context(context)


# By name, with how many parameters each has; all are of type i32, as is the result.
FUNCTIONS: dict[str, tuple[int, Callable[..., None]]] = {
    "load": (5, load),
    "load_by_name": (3, load_by_name),
    "load_by_name_with_config": (5, load_by_name_with_config),
    "init_execution_context": (2, init_execution_context),
    "set_input": (3, set_input),
    "compute": (1, compute),
    "get_output": (5, get_output),
    "compute_single": (1, compute_single),
    "get_output_single": (5, get_output_single),
    "fini_single": (1, fini_single),
    "unload": (1, unload),
    "finalize_execution_context": (1, finalize_execution_context),
}


def _give(memory: GuestMemory, output: bytes, out: int, most: int, written: int) -> None:
    """Writes what there is room for; when that is not all, the guest learns how much there is."""
    memory.check(written, WORD)
    memory.check(out, most)
    if most == 0 and out > NOWHERE:
        output = output[:UNTOLD_ROOM]
        memory.write(out, output)
    else:
        memory.write(out, output[:most])
    memory.put(written, len(output))
    if len(output) > most and (most or out <= NOWHERE):
        raise Fault(Errno.TOO_LARGE, f"{len(output)} bytes into {most}")


def _first(index: int, output: bytes) -> bytes:
    if index != 0:
        raise Fault(Errno.INVALID_ARGUMENT, f"output {index} does not exist")
    return output


def _name(memory: GuestMemory, address: int, length: int) -> str:
    return _text(memory.read(address, length, MOST_NAME), Errno.NOT_FOUND)


def _text(contents: bytes, otherwise: Errno) -> str:
    try:
        return contents.decode()
    except UnicodeDecodeError:
        raise Fault(otherwise, "not UTF-8") from None
