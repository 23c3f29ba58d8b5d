"""Models for programs that configure them with WasmEdge's GGML keys, on processes of llama.cpp."""

import json
import tempfile
import threading
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from bot.core.errors import NNError
from bot.models.llama.gguf import Gguf, threads
from bot.models.llama.process import Patience
from bot.models.llama.stream import RunningGeneration
from bot.models.llama.supervisor import Supervisor

USUAL_CONTEXT = 4096  # tokens, where a program says nothing
MOST_CONTEXT = 32_768
MOST_BYTES = 1 << 31  # of models that programs bring along, together

_SAME = (
    "temp",
    "top-p",
    "min-p",
    "typical-p",
    "repeat-penalty",
    "presence-penalty",
    "frequency-penalty",
    "grammar",
    "ignore-eos",
)
_INTEGERS = ("n-predict", "top-k", "repeat-last-n")
_LOADING = (
    "rope-freq-base",
    "rope-freq-scale",
    "split-mode",
    "cache-type-k",
    "cache-type-v",
    "no-kv-offload",
)
_MOST = 2**31 - 1


class GgmlModels:
    """Models by the names that the operator gave them, and those under the `granted` paths. Each that is
    open has a process of its own. `most_context` is what a program may ask for, in tokens.

    Blocks; may be called from any thread; raises `NNError`.
    """

    def __init__(
        self,
        models: Mapping[str, Path],
        granted: Iterable[Path] = (),
        patience: Patience | None = None,
        most_context: int = MOST_CONTEXT,
    ) -> None:
        self._models = dict(models)
        self._granted = [path.resolve() for path in (*granted, *models.values())]
        self._patience = patience or Patience()
        self._most_context = most_context
        self._open: list[GgmlGraph] = []
        self._room: tempfile.TemporaryDirectory[str] | None = None
        self._lock = threading.Lock()

    def knows(self, name: str) -> bool:
        return name in self._models

    def open(self, name: str, config: Mapping[str, Any]) -> "GgmlGraph":
        """The model of a known name, loaded."""
        return self._loaded(name, self._models[name], config)

    def open_file(self, path: str, config: Mapping[str, Any]) -> "GgmlGraph":
        """The model of a file that the operator granted."""
        try:
            file = Path(path).resolve()
        except (OSError, ValueError, RuntimeError):  # a null character, or links in a circle
            raise NNError("not-found", "the file does not exist") from None
        if not any(file.is_relative_to(granted) for granted in self._granted):
            raise NNError("not-found", f"{path} is not granted")
        return self._loaded(file.name, file, config)

    def open_bytes(self, contents: bytes, config: Mapping[str, Any]) -> "GgmlGraph":
        """A model that a program brought along."""
        path = self._kept(contents)
        return self._loaded("the program's model", path, config, brought=True)

    def close(self) -> None:
        """Ends all processes."""
        for graph in list(self._open):
            graph.close()
        if self._room:
            self._room.cleanup()

    def _kept(self, contents: bytes) -> Path:
        """The file that `contents` are in, as long as their graph is open."""
        with self._lock:
            self._room = self._room or tempfile.TemporaryDirectory(
                prefix="review-bot-", ignore_cleanup_errors=True
            )
            room = Path(self._room.name)
            if sum(file.stat().st_size for file in room.iterdir()) + len(contents) > MOST_BYTES:
                raise NNError("too-large", f"models of more than {MOST_BYTES} bytes in total")
            with tempfile.NamedTemporaryFile(dir=room, suffix=".gguf", delete=False) as file:
                file.write(contents)
        return Path(file.name)

    def _loaded(
        self, name: str, path: Path, config: Mapping[str, Any], *, brought: bool = False
    ) -> "GgmlGraph":
        graph = GgmlGraph(name, path, self._patience, self._most_context)
        with ExitStack() as if_refused:
            if brought:
                graph.ends.callback(path.unlink, missing_ok=True)
            graph.ends.callback(self._open.remove, graph)
            self._open.append(graph)
            if_refused.callback(graph.close)
            graph.configure(config)
            if_refused.pop_all()
        return graph


class GgmlGraph:
    """A model in a process of its own, which is another one after every change of how it is loaded."""

    def __init__(self, name: str, path: Path, patience: Patience, most_context: int) -> None:
        self._name = name
        self._path = path
        self._patience = patience
        self._most_context = most_context
        self._gguf: Gguf | None = None
        self._supervisor: Supervisor | None = None
        self.ends = ExitStack()  # what is to be done when it is closed

    @property
    def build(self) -> int:
        return int(self._running.about["build"])

    @property
    def commit(self) -> str:
        return str(self._running.about["commit"])

    @property
    def context(self) -> int:
        return int(self._running.about["context"])

    def configure(self, config: Mapping[str, Any]) -> None:
        """Applies `config`; reloads the model if that is necessary."""
        wanted = self._wanted(config)
        if wanted == self._gguf and self._supervisor:
            return
        self._start(wanted)
        if config.get("ctx-size") == 0 and self.context > self._trained:
            self._start(replace(wanted, context=self._trained))
        self._gguf = wanted

    def tokenize(self, prompt: str) -> int:
        return self._running.tokens(prompt, special=True)

    def generate(self, prompt: str, options: Mapping[str, Any], deadline: float) -> "GgmlGeneration":
        return GgmlGeneration(self._running.generate(prompt, _options(options), deadline))

    def embed(self, prompt: str, deadline: float) -> list[float]:
        return self._running.embed(prompt, deadline)

    def close(self) -> None:
        self._end()
        self.ends.close()

    def _end(self) -> None:
        supervisor, self._supervisor = self._supervisor, None
        if supervisor:
            supervisor.close()

    @property
    def _running(self) -> Supervisor:
        if self._supervisor is None:
            raise NNError("runtime-error", f"the model {self._name} is not loaded")
        return self._supervisor

    @property
    def _trained(self) -> int:
        return int(self._running.about["train_context"]) or self._most_context

    def _start(self, gguf: Gguf) -> None:
        self._end()
        # Stored before the start, which takes long, so that `close` can end it meanwhile.
        supervisor = self._supervisor = Supervisor(self._name, gguf, self._patience)
        try:
            supervisor.start()
        except NNError:
            self._end()
            raise

    def _wanted(self, config: Mapping[str, Any]) -> Gguf:
        """A `ctx-size` of 0 is the one that the model was trained for, as far as it is allowed."""
        asked = config.get("ctx-size", USUAL_CONTEXT) or self._most_context
        requested = config.get("threads") or 0
        return Gguf(
            self._path,
            context=min(asked, self._most_context),
            threads=min(requested, threads()),
            gpu_layers=max(-1, min(config.get("n-gpu-layers", -1), 1000)),
            embedding=bool(config.get("embedding")),
            special=True,
            tuning=_tuning(config),
        )


class GgmlGeneration:
    """Is a piece ahead: only the end tells whether the last one was said, or ended the answer."""

    def __init__(self, generation: RunningGeneration) -> None:
        self._generation = generation
        self._ahead: tuple[bytes, int] | None = None
        self._tokens = 0
        self.ending = b""

    @property
    def input(self) -> int:
        result = self._generation.result
        return result.input if result else 0

    @property
    def output(self) -> int:
        result = self._generation.result
        return result.output if result and not self._ahead else self._tokens

    @property
    def finish(self) -> Literal["stop", "length", "limit"]:
        result = self._generation.result
        return result.finish if result else "stop"

    def next(self) -> bytes | None:
        piece = self._ahead or self._taken()
        self._ahead = self._taken() if piece else None
        if piece is None or self._ends(*piece):
            return None
        said, self._tokens = piece
        return said

    def close(self) -> None:
        self._generation.close()

    def _taken(self) -> tuple[bytes, int] | None:
        """A piece, and the tokens up to its end."""
        piece = self._generation.next()
        return None if piece is None else (piece, self._generation.tokens)

    def _ends(self, piece: bytes, tokens: int) -> bool:
        """Whether this is what the last token says, by which the model ended its answer."""
        result = self._generation.result
        if not result or self._ahead or result.finish != "stop" or tokens != result.output:
            return False
        self.ending = piece
        return True


def _tuning(config: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    """What is left about loading; `config` is right already."""
    tuning = {key: config[key] for key in _LOADING if config.get(key) not in (None, "")}
    if "main-gpu" in config:
        tuning["main-gpu"] = max(0, min(config["main-gpu"], _MOST))
    if config.get("tensor-split"):
        tuning["tensor-split"] = [float(part) for part in config["tensor-split"].split(",")]
    if "flash-attn" in config:
        told = config["flash-attn"]
        tuning["flash-attn"] = told if isinstance(told, str) else ("on" if told else "off")
    return tuple(tuning.items())


def _options(config: Mapping[str, Any]) -> dict[str, Any]:
    """What a question says of it. A schema goes before a grammar."""
    options = {key: config[key] for key in _SAME if key in config}
    options |= {key: max(-_MOST, min(config[key], _MOST)) for key in _INTEGERS if key in config}
    if "seed" in config:
        options["seed"] = config["seed"] & 0xFFFF_FFFF  # -1 is any
    if config.get("json-schema"):
        options["json-schema"] = json.loads(config["json-schema"])
        options.pop("grammar", None)
    return options
