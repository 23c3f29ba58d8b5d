"""Starts a child process and describes its exit status."""

import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import bot
from bot.models.llama.frames import Frames

# What llama.cpp and the drivers of accelerators may need. No secret of the bot's is among it.
_PASSED_ON = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
_PREFIXES_PASSED_ON = ("GGML_", "CUDA_", "NVIDIA_", "HIP_", "ROCR_", "VK_")


def connection(silence: float) -> tuple[Frames, socket.socket]:
    """The parent's end and the child's. A send to a child that reads nothing fails after `silence`."""
    ours, theirs = socket.socketpair()
    limit = struct.pack("ll", int(silence), int(silence % 1 * 1e6))
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, limit)
    return Frames(ours), theirs


def spawn(room: str, end: socket.socket) -> subprocess.Popen[str]:
    """Starts a child in the directory `room`, at the `end` of its connection."""
    return subprocess.Popen(  # noqa: S603 - this interpreter and a module of our own
        [sys.executable, "-P", "-m", "bot.models.llama.child", str(end.fileno())],
        cwd=room,
        env=_environment(),
        pass_fds=[end.fileno()],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        start_new_session=True,  # Ctrl-C is for the server, which ends its children itself
    )


def _environment() -> dict[str, str]:
    passed = {
        name: value
        for name, value in os.environ.items()
        if name in _PASSED_ON or name.startswith(_PREFIXES_PASSED_ON)
    }
    package = str(Path(bot.__file__).parent.parent)
    # An abort of llama.cpp must not start a debugger.
    return {**passed, "PYTHONPATH": package, "GGML_NO_BACKTRACE": "1"}


def ending(code: int) -> str:
    """A description of an exit status."""
    if code >= 0:
        return f"it ended by itself (exit status {code})"
    try:
        return f"it was ended by {signal.Signals(-code).name}"
    except ValueError:
        return f"it was ended by signal {-code}"
