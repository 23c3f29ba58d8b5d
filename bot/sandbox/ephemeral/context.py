"""An execution context: one prompt of a graph, and the text that the model generated for it."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bot.core.errors import NNError
from bot.sandbox.ephemeral.errno import Errno, Fault, fault
from bot.sandbox.ephemeral.ports import Generation, Graph

# Tokens that a prompt must leave free, as WasmEdge has it.
SPARE = 4
BATCH = 2048  # tokens; the default of `batch-size`
MOST_TEXT = 64 << 20  # bytes

# How programs put an image into a prompt.
_IMAGE = re.compile(r'<img src="data:image/[^;"]*;base64,')


class GraphHandle:
    """A graph with a handle in the guest, and its current configuration."""

    def __init__(self, graph: Graph, config: Mapping[str, Any], name: str | None) -> None:
        self.graph = graph
        self.name = name
        self.config: dict[str, Any] = dict(config)
        self.valid = True
        self.speaker: Context | None = None

    @property
    def held(self) -> int:
        """Bytes of the host's memory, beside the model's own."""
        return _size(self.config)

    def configure(self, config: Mapping[str, Any]) -> None:
        """A graph that does not take its configuration is good for nothing until it takes another."""
        wanted = {**self.config, **config}
        if self.valid and wanted == self.config:
            return
        try:
            self.graph.configure(wanted)
        except NNError as error:
            self.valid = False
            raise fault(error) from None
        self.config = wanted
        self.valid = True

    def give_floor(self, context: "Context") -> None:
        """Gives the graph to a context; interrupts the generation of the previous one."""
        if self.speaker is not None and self.speaker is not context:
            self.speaker.interrupt()
        self.speaker = context


class Context:
    """`own` is the part of the configuration that is this context's alone."""

    def __init__(self, loaded: GraphHandle, own: Mapping[str, Any]) -> None:
        self.loaded = loaded
        self.own = dict(own)
        self.last = b""
        self._text = bytearray()
        self._prompt: str | None = None
        self._input = 0
        self._output = 0
        self._generation: Generation | None = None
        self._ended: Errno | None = None

    @property
    def text(self) -> bytes:
        """All that was made of the prompt so far."""
        return bytes(self._text)

    @property
    def held(self) -> int:
        """Bytes of the host's memory."""
        return sys.getsizeof(self._prompt) + len(self._text) + _size(self.own)

    @property
    def metadata(self) -> bytes:
        """JSON, of exactly these keys."""
        told = {
            "input_tokens": self._input,
            "output_tokens": self._output,
            "llama_build_number": self.loaded.graph.build,
            "llama_commit": self.loaded.graph.commit,
        }
        return json.dumps(told).encode("ascii")

    def configure(self, config: Mapping[str, Any], own: Mapping[str, Any]) -> None:
        """Takes the graph's part of a configuration, and its own."""
        self._stop()
        self.loaded.configure(config)
        self.own.update(own)

    def ask(self, prompt: str) -> None:
        """Takes a prompt in place of the one before, and counts its tokens at once."""
        self.clear()
        self._prompt = None
        self._check_possible(prompt)
        self._input = self.loaded.graph.tokenize(prompt)
        self._prompt = prompt

    def compute(self, deadline: float, show: Callable[[bytes], None]) -> None:
        """Makes all of the text. What there is at a fault stays readable. `show` gets the text as it
        comes, where the guest wants it on the standard output.
        """
        self.clear()
        if self.loaded.config.get("embedding"):
            self._embed(deadline)
            return
        self._begin(deadline)
        until = self.own.get("reverse-prompt", "").encode()
        going = True
        while going:
            going = self._step()
            if self.own.get("stream-stdout") and self.last:
                show(self.last)
            if until and self._just_said(until):
                self._stop()
                return
        if self._ended is not Errno.END_OF_SEQUENCE:
            raise Fault(self._ended or Errno.RUNTIME_ERROR)

    def compute_single(self, deadline: float) -> None:
        """Makes one token. A fault of END_OF_SEQUENCE with the one that ends the text, or when there is no
        more.
        """
        if self._ended is None and self._generation is None:
            self.clear()
            self._begin(deadline)
        if not self._step():
            raise Fault(self._ended or Errno.RUNTIME_ERROR)

    def clear(self) -> None:
        """Forgets what was made; the prompt stays."""
        self._stop()
        self._text.clear()
        self.last = b""
        self._output = 0
        self._ended = None

    def interrupt(self) -> None:
        """Another context has the model now. What was said so far stays."""
        if self._generation:
            self._ended = Errno.BUSY
        self._stop()

    def close(self) -> None:
        self._stop()

    def _begin(self, deadline: float) -> None:
        prompt = self._asked(self.loaded.graph.context - SPARE)
        if self._predict == 0:
            self._ended = Errno.END_OF_SEQUENCE
            return
        self.loaded.give_floor(self)
        options = {**self.loaded.config, "n-predict": self._predict}
        try:
            self._generation = self.loaded.graph.generate(prompt, options, deadline)
        except NNError as error:
            raise fault(error, too_large=Errno.PROMPT_TOO_LONG) from None

    def _step(self) -> bool:
        """Whether there was another token."""
        if self._generation is None or self._ended is not None:
            return False
        try:
            piece = self._generation.next()
        except NNError as error:
            self._stop()
            raise fault(error, too_large=Errno.PROMPT_TOO_LONG) from None
        if piece is None:
            self._end(self._generation)
            return False
        self._output = self._generation.output
        self._say(piece)
        if len(self._text) > MOST_TEXT:
            self._stop()
            raise Fault(Errno.TOO_LARGE, "the model does not stop generating")
        return True

    def _end(self, generation: Generation) -> None:
        self._output = generation.output
        self._say(generation.ending)
        full = generation.finish == "limit"
        self._stop()
        self._ended = Errno.CONTEXT_FULL if full else Errno.END_OF_SEQUENCE

    def _say(self, piece: bytes) -> None:
        self.last = piece
        self._text += piece

    def _just_said(self, text: bytes) -> bool:
        """Whether `text` ends in the last piece, which may go on after it."""
        return self._text.find(text, max(0, len(self._text) - len(self.last) - len(text) + 1)) >= 0

    def _check_possible(self, prompt: str) -> None:
        """Rejects images and speech, which are not supported: ignoring them would give a wrong answer."""
        config = self.loaded.config
        if self.own.get("image") or _IMAGE.search(prompt):
            lacking = not config.get("mmproj")
            raise Fault(
                Errno.INVALID_ARGUMENT if lacking else Errno.UNSUPPORTED_OPERATION, "images are not supported"
            )
        for key in ("tts", "reranking"):
            if config.get(key):
                raise Fault(Errno.UNSUPPORTED_OPERATION, f"`{key}` is not supported")

    def _embed(self, deadline: float) -> None:
        batch = self.loaded.config.get("batch-size") or BATCH
        prompt = self._asked(min(batch, self.loaded.graph.context))
        try:
            vector = self.loaded.graph.embed(prompt, deadline)
        except NNError as error:
            raise fault(error, too_large=Errno.PROMPT_TOO_LONG) from None
        self._text += json.dumps({"n_embedding": len(vector), "embedding": vector}).encode("ascii")

    def _asked(self, most: int) -> str:
        """The prompt, if there is one that fits."""
        if self._prompt is None:
            raise Fault(Errno.INVALID_ARGUMENT, "no prompt was set")
        if self._input > most:
            raise Fault(Errno.PROMPT_TOO_LONG, f"{self._input} tokens; the limit is {most}")
        return self._prompt

    @property
    def _predict(self) -> int:
        """Tokens to make at most; below 0, as many as there is room for."""
        return max(-1, min(int(self.own.get("n-predict", -1)), 2**31 - 1))

    def _stop(self) -> None:
        generation, self._generation = self._generation, None
        if generation:
            generation.close()
        if self.loaded.speaker is self:
            self.loaded.speaker = None


def _size(config: Mapping[str, Any]) -> int:
    return sum(map(sys.getsizeof, config.values()))
