"""Plans slots, threads, batch and context for a model on this machine."""

from dataclasses import dataclass

from bot.models.llama.header import Header

MOST_SLOTS = 16
RESERVE = 512 * 1024**2  # bytes that the rest of the process and of the bot may need
BATCH = 256  # tokens, see below; a larger batch is not faster
BATCH_PER_THREAD = 64  # with fewer, reading a prompt is slower for every model
# Bytes of a model times tokens that a thread works through in about a second, half of one when weights have
# 16 bits, more when they have four. A quick model loses a tenth by batches as small as those of a slow one.
STEP = 48_000_000_000
EMBEDDED = 2048  # tokens of a text to embed, which are worked on at once


@dataclass(frozen=True)
class LoadOptions:
    """As configured. 0 `slots` or `threads` are to be chosen; `context` is for each slot, in tokens."""

    context: int
    slots: int = 0
    threads: int = 0
    embedding: bool = False


@dataclass(frozen=True)
class Machine:
    """`cores` that may be used; `memory` that is free, in bytes, None where that cannot be told."""

    cores: int
    memory: int | None


@dataclass(frozen=True)
class LoadPlan:
    """`context` is for each slot; `batch` tokens are worked on before a question is looked at again:
    whether it is cancelled, or another one waits. `why` tells people how it came about.
    """

    slots: int
    context: int
    threads: int
    batch: int
    why: str
    tight: bool


def plan(load_options: LoadOptions, machine: Machine, header: Header | None) -> LoadPlan:
    """Always some plan: what does not fit into memory (`tight`) may still be run, slowly."""
    context = (
        min(load_options.context, header.train_context or load_options.context)
        if header
        else load_options.context
    )
    threads = load_options.threads or max(1, machine.cores - 1)
    most = _fit(context, machine, header)
    by_cores = max(1, min(MOST_SLOTS, machine.cores // 2))
    slots = load_options.slots or max(1, min(by_cores, by_cores if most is None else most))
    return LoadPlan(
        slots=slots,
        context=context,
        threads=threads,
        batch=EMBEDDED if load_options.embedding else _batch(threads, header),
        why=_why(load_options, machine, header, most, by_cores),
        tight=most is not None and slots > most,
    )


def _batch(threads: int, header: Header | None) -> int:
    """Tokens, in steps of 64."""
    quick = STEP // header.size // 64 * 64 if header else 0
    return min(BATCH, max(BATCH_PER_THREAD, quick) * threads)


def _fit(context: int, machine: Machine, header: Header | None) -> int | None:
    """Slots that memory has room for beside the model; None when that cannot be told."""
    if machine.memory is None or header is None or not header.kv_bytes:
        return None
    return max(0, machine.memory - header.size - RESERVE) // (header.kv_bytes * context)


def _why(
    load_options: LoadOptions, machine: Machine, header: Header | None, most: int | None, by_cores: int
) -> str:
    """Two cores keep one answer busy; more answers than that only take each other's time."""
    cores = f"{machine.cores} cores are good for {by_cores}"
    if most is None or header is None:
        memory = "what memory is good for is not known"
    else:
        each = (
            header.kv_bytes
            * min(load_options.context, header.train_context or load_options.context)
            / 1024**2
        )
        memory = (
            f"memory is good for {most}, of {each:.0f} MiB each beside a model of {_mib(header.size)} MiB"
        )
    return f"{cores}; {memory}" + (f"; LLAMA_SLOTS is {load_options.slots}" if load_options.slots else "")


def _mib(size: int) -> int:
    return size // 1024**2
