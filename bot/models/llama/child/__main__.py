"""The child: loads one GGUF model and answers for it until its parent is gone.

Started by `process` as `python -m bot.models.llama.child FD`, in a private directory. Imports
xllamacpp and nothing heavy.
"""

import contextlib
import ctypes
import os
import signal
import socket
import sys
import threading
import time

from bot.core.errors import NNError
from bot.models.llama.child.generation import Llama
from bot.models.llama.child.request_loop import RequestLoop
from bot.models.llama.frames import BEAT, Frames

PR_SET_PDEATHSIG = 1


def main() -> int:
    """The exit status; 1 when the model could not be loaded."""
    _die_with_parent()
    frames = Frames(socket.socket(fileno=int(sys.argv[1])))
    first = frames.receive()
    if first is None:
        return 0
    threading.Thread(target=_beat, args=(frames,), daemon=True).start()
    try:
        llama = Llama(first)
    except NNError as error:
        frames.send({"id": first["id"], "error": {"code": error.code, "message": str(error)}})
        return 1
    frames.send({"id": first["id"], "ok": llama.about})
    RequestLoop(frames, llama).serve()
    return 0


def _die_with_parent() -> None:
    """Linux kills this process with the thread that started it; elsewhere the connection's end does."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


def _beat(frames: Frames) -> None:
    """Shows that this process still runs Python."""
    while True:
        frames.send({"beat": True})
        time.sleep(BEAT)


if __name__ == "__main__":
    with contextlib.suppress(OSError):  # the parent is gone
        if main() != 0:
            sys.exit(1)  # as usual, so that llama.cpp writes what is left of its log
    # Without the destructors of llama.cpp, which may hang, and without waiting for any thread.
    os._exit(0)
