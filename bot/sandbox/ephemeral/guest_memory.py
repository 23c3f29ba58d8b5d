"""A guest's memory during one call. Every range is checked against its current size."""

import struct

import wasmtime

from bot.sandbox.ephemeral.errno import Errno, Fault

WORD = 4  # bytes of a u32


class GuestMemory:
    """Addresses and lengths are unsigned. What does not lie in the memory is a fault.

    Good for one call: the guest may grow its memory, which may move it.
    """

    def __init__(self, memory: wasmtime.Memory, caller: wasmtime.Caller) -> None:
        self._memory = memory
        self._caller = caller
        self.size = memory.data_len(caller)

    def read(self, address: int, length: int, most: int | None = None) -> bytes:
        """`most` is the length from which on it is too large to be copied."""
        self.check(address, length)
        if most is not None and length > most:
            raise Fault(Errno.TOO_LARGE, f"{length} bytes; the limit is {most}")
        return bytes(self._memory.read(self._caller, address, address + length))

    def write(self, address: int, contents: bytes) -> None:
        self.check(address, len(contents))
        if contents:  # wasmtime refuses to write nothing at the end
            self._memory.write(self._caller, contents, address)

    def words(self, address: int, count: int) -> tuple[int, ...]:
        """`count` numbers of type u32, one after the other."""
        return struct.unpack(f"<{count}I", self.read(address, count * WORD))

    def put(self, address: int, word: int) -> None:
        self.write(address, struct.pack("<I", word))

    def check(self, address: int, length: int) -> None:
        if address + length > self.size:
            raise Fault(Errno.INVALID_ARGUMENT, f"{length} bytes at {address:#x} are outside of the memory")
