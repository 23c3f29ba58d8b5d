"""Takes in the parent's questions, a thread for each, and cancels them."""

import base64
import threading
from collections.abc import Callable
from typing import Any

from bot.core.cancellation import CancellationToken
from bot.core.errors import NNError
from bot.models.llama.child.generation import Llama
from bot.models.llama.frames import Frames

Op = Callable[[dict[str, Any], CancellationToken], dict[str, Any]]


class RequestLoop:
    """Answers for `llama` what comes through `frames` (which tells what the ops are)."""

    def __init__(self, frames: Frames, llama: Llama) -> None:
        self._frames = frames
        self._llama = llama
        self._stops: dict[int, CancellationToken] = {}
        self._ops: dict[str, Op] = {
            "complete": self._complete,
            "generate": self._generate,
            "embed": self._embed,
            "tokens": self._tokens,
        }

    def serve(self) -> None:
        """Until the parent hangs up."""
        while (frame := self._frames.receive()) is not None:
            if frame["op"] == "cancel":
                self._cancel(frame["target"])
            else:
                # Before its thread starts, so that whatever comes next can cancel it.
                stop = self._stops[frame["id"]] = CancellationToken()
                threading.Thread(target=self._answer, args=(frame, stop), daemon=True).start()

    def _cancel(self, target: int) -> None:
        stop = self._stops.get(target)
        if stop:
            stop.set()

    def _answer(self, frame: dict[str, Any], stop: CancellationToken) -> None:
        try:
            answer = {"ok": self._ops[frame["op"]](frame, stop)}
        except NNError as error:
            answer = {"error": {"code": error.code, "message": str(error)}}
        except Exception as error:  # noqa: BLE001 - whatever llama.cpp raises belongs to this question alone
            answer = {"error": {"code": "runtime-error", "message": f"{type(error).__name__}: {error}"}}
        self._stops.pop(frame["id"], None)
        self._frames.send({"id": frame["id"], **answer})

    def _complete(self, frame: dict[str, Any], stop: CancellationToken) -> dict[str, Any]:
        return self._llama.complete(frame["messages"], frame["options"], frame["seconds"], stop)

    def _generate(self, frame: dict[str, Any], stop: CancellationToken) -> dict[str, Any]:
        def piece(text: str, tokens: int, read: int) -> None:
            said = base64.b64encode(text.encode("utf-8", "replace")).decode("ascii")
            self._frames.send({"id": frame["id"], "piece": said, "tokens": tokens, "read": read})

        give = piece if frame["stream"] else None
        return self._llama.generate(frame["prompt"], frame["options"], frame["seconds"], stop, give)

    def _embed(self, frame: dict[str, Any], _: CancellationToken) -> dict[str, Any]:
        return self._llama.embed(frame["text"])

    def _tokens(self, frame: dict[str, Any], _: CancellationToken) -> dict[str, Any]:
        return {"tokens": self._llama.count(frame["text"], special=frame["special"])}
